//! What a table holds and what its columns are: fields, their names in both languages, and guesses from headers.

use regulars_rules::id::Text;
use regulars_rules::message::{Label, Language};

use crate::error::ExchangeError;

/// Which table a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TableKind {
    /// Members.
    Members,
    /// Products.
    Products,
    /// Sales, one row a line.
    Sales,
}

impl TableKind {
    /// `members`, `products`, `sales`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Products => "products",
            Self::Sales => "sales",
        }
    }

    /// From its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Members, Self::Products, Self::Sales].into_iter().find(|own| own.name() == name)
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident, $name:literal, $zh:literal, $en:literal;)*) => {
        /// What a column may hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $($(#[$doc])* $variant,)*
        }

        impl Field {
            /// All fields.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in files and code.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            const fn words(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$variant => ($zh, $en),)*
                }
            }
        }
    };
}

fields! {
    /// The member's number: identity and card number.
    Member, "member", "会员号", "member number";
    /// A person's or a product's name.
    Name, "name", "名称", "name";
    /// Phone number.
    Phone, "phone", "手机", "phone";
    /// The day on which the member joined.
    Joined, "joined", "开卡日期", "joined";
    /// Birthday; the year may be missing.
    Birthday, "birthday", "生日", "birthday";
    /// Birthday of the lunar calendar.
    LunarBirthday, "lunar_birthday", "农历生日", "lunar birthday";
    /// Number of the identity document.
    IdNumber, "id_number", "身份证", "identity number";
    /// Gender, as written.
    Gender, "gender", "性别", "gender";
    /// Mail address.
    Email, "email", "邮箱", "email";
    /// Postal address.
    Address, "address", "地址", "address";
    /// Points carried over.
    Points, "points", "积分", "points";
    /// Lifetime spend carried over.
    Spend, "spend", "累计消费", "spend";
    /// Number of purchases carried over.
    Visits, "visits", "消费次数", "visits";
    /// Stored value carried over.
    StoredValue, "stored_value", "储值余额", "stored value";
    /// Code of a product: identity in the product list.
    Product, "product", "商品编码", "product";
    /// Category.
    Category, "category", "品类", "category";
    /// Unit price.
    Price, "price", "单价", "price";
    /// Tags, separated by spaces, commas or semicolons.
    Tags, "tags", "标签", "tags";
    /// Number of the receipt.
    Receipt, "receipt", "小票号", "receipt";
    /// Day of the sale, perhaps with the time.
    Date, "date", "日期", "date";
    /// Time of the sale.
    Time, "time", "时间", "time";
    /// How many.
    Quantity, "quantity", "数量", "quantity";
    /// Money paid for the line.
    Amount, "amount", "金额", "amount";
    /// Reductions that the line had; the price before them is `amount` + `discount`.
    Discount, "discount", "优惠", "discount";
    /// Store.
    Store, "store", "门店", "store";
    /// Guide.
    Guide, "guide", "导购", "guide";
    /// Means of payment.
    Tender, "tender", "支付方式", "tender";
    /// How many came back later; our own export writes it.
    Returned, "returned", "已退数量", "returned";
    /// The event behind a row; our own export writes it, and so knows its rows again.
    Id, "event_id", "系统编号", "event id";
}

impl Field {
    /// From its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|own| own.name() == name)
    }

    /// Its name for people.
    #[must_use]
    pub fn label(self) -> Label {
        let (zh, en) = self.words();
        Label { zh: zh.into(), en: en.into() }
    }

    /// The header that our own files give it. Every one of them is recognised again.
    #[must_use]
    pub const fn header(self, kind: TableKind, language: Language) -> &'static str {
        match (language, kind, self) {
            (Language::En, ..) => self.name(),
            (Language::Zh, TableKind::Members, Self::Name) => "姓名",
            (Language::Zh, TableKind::Products | TableKind::Sales, Self::Name) => "商品名称",
            (Language::Zh, ..) => self.words().0,
        }
    }
}

/// The fields of a kind of table, in the order of our own files, and whether each is required.
/// Members need a number or a phone, which [`check_columns`] sees to.
#[must_use]
pub const fn fields(kind: TableKind) -> &'static [(Field, bool)] {
    match kind {
        TableKind::Members => &[
            (Field::Member, false),
            (Field::Name, false),
            (Field::Phone, false),
            (Field::Joined, false),
            (Field::Birthday, false),
            (Field::LunarBirthday, false),
            (Field::IdNumber, false),
            (Field::Gender, false),
            (Field::Email, false),
            (Field::Address, false),
            (Field::Store, false),
            (Field::Guide, false),
            (Field::Points, false),
            (Field::Spend, false),
            (Field::Visits, false),
            (Field::StoredValue, false),
            (Field::Id, false),
        ],
        TableKind::Products => &[
            (Field::Product, true),
            (Field::Name, false),
            (Field::Category, false),
            (Field::Price, true),
            (Field::Tags, false),
        ],
        TableKind::Sales => &[
            (Field::Receipt, true),
            (Field::Date, true),
            (Field::Time, false),
            (Field::Member, false),
            (Field::Product, true),
            (Field::Name, false),
            (Field::Category, false),
            (Field::Tags, false),
            (Field::Quantity, false),
            (Field::Price, false),
            (Field::Amount, true),
            (Field::Discount, false),
            (Field::Store, false),
            (Field::Guide, false),
            (Field::Tender, false),
            (Field::Returned, false),
            (Field::Id, false),
        ],
    }
}

/// Header words by field, as [`plain_header`] writes them. The first match wins, so the narrower word comes first.
const fn words(kind: TableKind) -> &'static [(Field, &'static [&'static str])] {
    const CATEGORY: &[&str] =
        &["category", "department", "品类", "类别", "分类", "商品分类", "商品类别", "大类", "部门"];
    const TAGS: &[&str] = &["tags", "tag", "labels", "标签", "商品标签", "标记"];
    const STORE: &[&str] =
        &["store", "storeid", "shop", "branch", "门店", "店铺", "门店编码", "门店名称", "分店", "开卡门店", "店号"];
    const GUIDE: &[&str] = &[
        "guide",
        "staff",
        "salesperson",
        "clerk",
        "导购",
        "导购员",
        "营业员",
        "店员",
        "业务员",
        "专属导购",
        "服务导购",
    ];
    const ID: &[&str] = &["eventid", "系统编号"];
    match kind {
        TableKind::Members => &[
            (Field::Id, ID),
            (
                Field::Member,
                &[
                    "member",
                    "memberid",
                    "memberno",
                    "membernumber",
                    "card",
                    "cardno",
                    "cardnumber",
                    "customer",
                    "customerid",
                    "会员号",
                    "会员卡号",
                    "会员编号",
                    "卡号",
                    "会员编码",
                    "会员id",
                    "客户编号",
                    "vip卡号",
                    "编号",
                ],
            ),
            (
                Field::Phone,
                &[
                    "phone",
                    "mobile",
                    "tel",
                    "telephone",
                    "phonenumber",
                    "mobilephone",
                    "cell",
                    "手机",
                    "手机号",
                    "手机号码",
                    "电话",
                    "电话号码",
                    "联系电话",
                    "联系方式",
                    "移动电话",
                ],
            ),
            (Field::LunarBirthday, &["lunarbirthday", "农历生日", "阴历生日", "生日农历"]),
            (
                Field::Birthday,
                &[
                    "birthday",
                    "birthdate",
                    "dateofbirth",
                    "dob",
                    "生日",
                    "出生日期",
                    "出生年月",
                    "出生年月日",
                    "会员生日",
                    "阳历生日",
                ],
            ),
            (
                Field::Joined,
                &[
                    "joined",
                    "joindate",
                    "joinedon",
                    "registered",
                    "registrationdate",
                    "since",
                    "signup",
                    "开卡日期",
                    "开卡时间",
                    "入会日期",
                    "入会时间",
                    "注册日期",
                    "注册时间",
                    "办卡日期",
                    "办卡时间",
                    "加入日期",
                    "建卡日期",
                    "发卡日期",
                ],
            ),
            (
                Field::IdNumber,
                &[
                    "idnumber",
                    "idno",
                    "idcard",
                    "identity",
                    "identitynumber",
                    "身份证",
                    "身份证号",
                    "身份证号码",
                    "证件号",
                    "证件号码",
                ],
            ),
            (Field::Gender, &["gender", "sex", "性别"]),
            (Field::Email, &["email", "mail", "emailaddress", "邮箱", "电子邮箱", "电子邮件"]),
            (Field::Address, &["address", "地址", "住址", "联系地址", "家庭住址", "通讯地址"]),
            (
                Field::StoredValue,
                &["storedvalue", "balance", "credit", "储值", "储值余额", "余额", "卡余额", "账户余额", "卡内余额"],
            ),
            (
                Field::Spend,
                &[
                    "spend",
                    "totalspend",
                    "lifetimespend",
                    "spent",
                    "累计消费",
                    "累计消费金额",
                    "消费总额",
                    "消费总金额",
                    "总消费",
                    "累计金额",
                    "消费金额",
                ],
            ),
            (
                Field::Visits,
                &[
                    "visits",
                    "visitcount",
                    "orders",
                    "purchases",
                    "消费次数",
                    "累计次数",
                    "来店次数",
                    "到店次数",
                    "购买次数",
                ],
            ),
            (Field::Points, &["points", "pointsbalance", "积分", "积分余额", "可用积分", "剩余积分", "当前积分"]),
            (Field::Store, STORE),
            (Field::Guide, GUIDE),
            (
                Field::Name,
                &[
                    "name",
                    "membername",
                    "fullname",
                    "customername",
                    "姓名",
                    "会员姓名",
                    "会员名称",
                    "会员名",
                    "名字",
                    "客户姓名",
                    "顾客姓名",
                    "名称",
                ],
            ),
        ],
        TableKind::Products => &[
            (
                Field::Product,
                &[
                    "product",
                    "productid",
                    "productcode",
                    "code",
                    "sku",
                    "barcode",
                    "itemcode",
                    "item",
                    "ean",
                    "upc",
                    "商品编码",
                    "商品编号",
                    "商品条码",
                    "商品代码",
                    "条码",
                    "条形码",
                    "编码",
                    "货号",
                    "款号",
                    "编号",
                ],
            ),
            (
                Field::Name,
                &[
                    "name",
                    "productname",
                    "itemname",
                    "description",
                    "title",
                    "商品",
                    "商品名称",
                    "商品名",
                    "品名",
                    "名称",
                    "货品名称",
                    "产品名称",
                ],
            ),
            (Field::Category, CATEGORY),
            (
                Field::Price,
                &[
                    "price",
                    "unitprice",
                    "retailprice",
                    "listprice",
                    "单价",
                    "售价",
                    "零售价",
                    "价格",
                    "销售价",
                    "吊牌价",
                    "标价",
                ],
            ),
            (Field::Tags, TAGS),
        ],
        TableKind::Sales => &[
            (Field::Id, ID),
            (
                Field::Receipt,
                &[
                    "receipt",
                    "receiptno",
                    "receiptnumber",
                    "receiptid",
                    "ticket",
                    "invoice",
                    "invoiceno",
                    "order",
                    "orderid",
                    "orderno",
                    "ordernumber",
                    "basket",
                    "basketid",
                    "transaction",
                    "transactionid",
                    "小票号",
                    "小票",
                    "小票编号",
                    "流水号",
                    "单号",
                    "销售单号",
                    "订单号",
                    "订单编号",
                    "单据号",
                    "交易号",
                    "收银单号",
                    "单据编号",
                ],
            ),
            (
                Field::Date,
                &[
                    "date",
                    "day",
                    "saledate",
                    "orderdate",
                    "transactiondate",
                    "datetime",
                    "businessday",
                    "日期",
                    "销售日期",
                    "交易日期",
                    "消费日期",
                    "营业日期",
                    "订单日期",
                    "单据日期",
                    "下单日期",
                    "消费时间",
                    "销售时间",
                    "交易时间",
                    "下单时间",
                ],
            ),
            (Field::Time, &["time", "saletime", "时间", "时刻"]),
            (Field::Returned, &["returned", "returnedquantity", "已退数量", "退货数量"]),
            (
                Field::Quantity,
                &["quantity", "qty", "count", "units", "pieces", "数量", "销售数量", "件数", "销量", "重量"],
            ),
            (
                Field::Discount,
                &["discount", "discountamount", "reduction", "优惠", "优惠金额", "折扣", "折扣金额", "折让", "减免"],
            ),
            (
                Field::Amount,
                &[
                    "amount",
                    "paid",
                    "total",
                    "net",
                    "salesvalue",
                    "linetotal",
                    "金额",
                    "实收",
                    "实收金额",
                    "实付",
                    "实付金额",
                    "销售金额",
                    "成交金额",
                    "小计",
                    "销售额",
                    "应收金额",
                    "总额",
                ],
            ),
            (Field::Price, &["price", "unitprice", "单价", "售价", "零售价", "销售价", "价格"]),
            (
                Field::Product,
                &[
                    "product",
                    "productid",
                    "productcode",
                    "code",
                    "sku",
                    "barcode",
                    "item",
                    "itemcode",
                    "商品编码",
                    "商品编号",
                    "商品条码",
                    "商品代码",
                    "条码",
                    "条形码",
                    "编码",
                    "货号",
                    "款号",
                    "商品",
                ],
            ),
            (
                Field::Name,
                &["productname", "itemname", "name", "商品名称", "商品名", "品名", "货品名称", "产品名称", "名称"],
            ),
            (Field::Category, CATEGORY),
            (Field::Tags, TAGS),
            (
                Field::Member,
                &[
                    "member",
                    "memberid",
                    "memberno",
                    "card",
                    "cardno",
                    "customer",
                    "customerid",
                    "household",
                    "householdid",
                    "phone",
                    "mobile",
                    "会员号",
                    "会员卡号",
                    "会员编号",
                    "会员",
                    "卡号",
                    "会员手机",
                    "手机",
                    "手机号",
                    "客户编号",
                    "顾客",
                    "会员电话",
                ],
            ),
            (Field::Store, STORE),
            (Field::Guide, GUIDE),
            (
                Field::Tender,
                &["tender", "payment", "paymentmethod", "paidby", "支付方式", "付款方式", "收款方式", "结算方式"],
            ),
        ],
    }
}

/// A header without case, spaces, punctuation, and what stands in brackets.
fn plain_header(header: &str) -> String {
    let mut depth = 0_u32;
    let mut plain = String::with_capacity(header.len());
    for letter in header.chars() {
        match letter {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 || !letter.is_alphanumeric() => {}
            _ => plain.extend(letter.to_lowercase()),
        }
    }
    plain
}

/// Which field each column is taken for, by its header. No field is given twice.
#[must_use]
pub fn guess_columns(kind: TableKind, headers: &[Text]) -> Vec<Option<Field>> {
    let plain: Vec<String> = headers.iter().map(|header| plain_header(header)).collect();
    let mut columns: Vec<Option<Field>> = vec![None; headers.len()];
    // First whole words, the best-known first; then Chinese words as parts of a longer header (`会员手机号码`).
    for (field, names) in words(kind) {
        let exact = names
            .iter()
            .find_map(|name| plain.iter().zip(&columns).position(|(own, taken)| taken.is_none() && own == name));
        if let Some(column) = exact.and_then(|index| columns.get_mut(index)) {
            *column = Some(*field);
        }
    }
    for (field, names) in words(kind) {
        if columns.contains(&Some(*field)) {
            continue;
        }
        let within = |own: &str| names.iter().any(|name| !name.is_ascii() && own.contains(name));
        let part = plain.iter().zip(&columns).position(|(own, taken)| taken.is_none() && within(own));
        if let Some(column) = part.and_then(|index| columns.get_mut(index)) {
            *column = Some(*field);
        }
    }
    columns
}

/// What a table with these headers holds: the kind whose required columns are there, and of several the one that knows
/// most of its columns.
#[must_use]
pub fn guess_kind(headers: &[Text]) -> Option<TableKind> {
    // On equal terms the kind with more requirements is meant.
    [TableKind::Sales, TableKind::Products, TableKind::Members]
        .into_iter()
        .filter_map(|kind| {
            let columns = guess_columns(kind, headers);
            check_columns(kind, &columns).ok()?;
            Some((columns.iter().flatten().count(), kind))
        })
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, kind)| kind)
}

/// Columns from field names as a page sends them; an empty or unknown name is a column of no use.
#[must_use]
pub fn columns_from_names(names: &[Text]) -> Vec<Option<Field>> {
    names.iter().map(|name| Field::from_name(name)).collect()
}

/// Whether the columns that a kind needs are there, each once.
///
/// # Errors
/// [`ExchangeError::ColumnNeeded`], [`ExchangeError::ColumnOneOf`], [`ExchangeError::ColumnTwice`].
pub fn check_columns(kind: TableKind, columns: &[Option<Field>]) -> Result<(), ExchangeError> {
    let has = |field: Field| columns.contains(&Some(field));
    let in_place_of = |field: Field| match (kind, field) {
        // A product may be known by name alone; an amount follows from quantity and price.
        (TableKind::Sales | TableKind::Products, Field::Product) => has(Field::Name),
        (TableKind::Sales, Field::Amount) => has(Field::Price) && has(Field::Quantity),
        _ => false,
    };
    for (field, required) in fields(kind) {
        if columns.iter().filter(|own| **own == Some(*field)).count() > 1 {
            return Err(ExchangeError::ColumnTwice(*field));
        }
        if *required && !has(*field) && !in_place_of(*field) {
            return Err(ExchangeError::ColumnNeeded(*field));
        }
    }
    if kind == TableKind::Members && !has(Field::Member) && !has(Field::Phone) {
        return Err(ExchangeError::ColumnOneOf(Field::Member, Field::Phone));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(headers: &str) -> (Option<TableKind>, Vec<&'static str>) {
        let headers: Vec<Text> = headers.split(',').map(Text::from).collect();
        let kind = guess_kind(&headers);
        let columns = kind.map(|kind| guess_columns(kind, &headers)).unwrap_or_default();
        (kind, columns.into_iter().map(|c| c.map_or("", Field::name)).collect())
    }

    #[test]
    fn chinese_and_english_headers_are_known() {
        use TableKind::{Members, Products, Sales};
        for (headers, kind, columns) in [
            ("member,name,phone,joined,birthday", Members, "member,name,phone,joined,birthday"),
            (
                "卡号,姓名,会员手机号码,开卡日期,生日,身份证,可用积分,累计消费(元),储值",
                Members,
                "member,name,phone,joined,birthday,id_number,points,spend,stored_value",
            ),
            ("序号,姓名,电话,农历生日,备注", Members, ",name,phone,lunar_birthday,"),
            ("product,name,category,price,tags", Products, "product,name,category,price,tags"),
            ("条码,商品,品类,单价（元）,标签", Products, "product,name,category,price,tags"),
            (
                "receipt,date,time,member,product,category,quantity,amount,store,guide,tender",
                Sales,
                "receipt,date,time,member,product,category,quantity,amount,store,guide,tender",
            ),
            (
                "小票号,销售时间,会员卡号,商品编码,商品名称,数量,单价,优惠金额,实收金额,门店,导购,支付方式",
                Sales,
                "receipt,date,member,product,name,quantity,price,discount,amount,store,guide,tender",
            ),
            (
                "Order ID,Date,Customer,Item,Qty,Unit Price,Total",
                Sales,
                "receipt,date,member,product,quantity,price,amount",
            ),
        ] {
            let (found, names) = guess(headers);
            assert_eq!(found, Some(kind), "{headers}");
            assert_eq!(names.join(","), columns, "{headers}");
        }
        assert_eq!(guess("foo,bar").0, None);
    }

    #[test]
    fn own_headers_come_back() {
        for kind in [TableKind::Members, TableKind::Products, TableKind::Sales] {
            for language in [Language::Zh, Language::En] {
                let own: Vec<Field> = fields(kind).iter().map(|(field, _)| *field).collect();
                let headers: Vec<Text> = own.iter().map(|field| Text::from(field.header(kind, language))).collect();
                assert_eq!(guess_kind(&headers), Some(kind));
                assert_eq!(guess_columns(kind, &headers), own.iter().copied().map(Some).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn missing_and_doubled_columns_are_named() {
        use Field::{Amount, Date, Member, Phone, Product, Receipt};
        let check =
            |kind, columns: &[Field]| check_columns(kind, &columns.iter().copied().map(Some).collect::<Vec<_>>());
        assert_eq!(check(TableKind::Sales, &[Receipt, Date, Product]), Err(ExchangeError::ColumnNeeded(Amount)));
        assert_eq!(check(TableKind::Sales, &[Receipt, Date, Product, Field::Price, Field::Quantity]), Ok(()));
        assert_eq!(check(TableKind::Members, &[Field::Name]), Err(ExchangeError::ColumnOneOf(Member, Phone)));
        assert_eq!(check(TableKind::Members, &[Phone, Phone]), Err(ExchangeError::ColumnTwice(Phone)));
    }
}
