//! Files in and out: imports (`import`) and backups (`backup`).

use super::Entry;

pub const FAMILIES: &[&str] = &["backup", "import"];

pub const ENTRIES: &[Entry] = &[
    ("backup.damaged", "备份文件已损坏，内容和写入时不一样", "The backup is damaged: it is not as it was written"),
    (
        "backup.newer",
        "备份是更新的版本写的（格式 {version}，这里能读到 {readable}）",
        "A newer version wrote this backup (layout {version}; {readable} is the newest read here)",
    ),
    ("backup.not-a-backup", "这不是备份文件，而是{what}", "This is not a backup but {what}"),
    (
        "backup.remedy.damaged",
        "本机数据没有动。请换一份备份，或重新从原设备导出",
        "Nothing here has changed. Use another backup, or export it again from its device",
    ),
    (
        "backup.remedy.newer",
        "本机数据没有动。请先更新本软件，再恢复",
        "Nothing here has changed. Update the app first, then restore",
    ),
    (
        "backup.remedy.not-a-backup",
        "本机数据没有动。请选本软件导出的备份文件",
        "Nothing here has changed. Choose a backup that this app exported",
    ),
    (
        "backup.remedy.truncated",
        "本机数据没有动。文件可能没传完，请重新拷贝或导出",
        "Nothing here has changed. The copy may be incomplete: copy or export it again",
    ),
    (
        "backup.remedy.unreadable-event",
        "本机数据没有动。请保留这份文件，换一份备份",
        "Nothing here has changed. Keep this file and use another backup",
    ),
    (
        "backup.truncated",
        "备份文件不完整：应有 {expected} 字节，只有 {found} 字节",
        "The backup is incomplete: {found} of {expected} bytes are there",
    ),
    (
        "backup.unreadable-event",
        "备份第 {line} 行读不懂：{detail}",
        "Line {line} of the backup cannot be read: {detail}",
    ),
    ("backup.unwritable", "有一条记录写不进备份：{detail}", "A record cannot be written into the backup: {detail}"),
    (
        "import.birthday",
        "不是生日；写成 1980-03-02、03-02 或 农历03-02",
        "Not a birthday; write 1980-03-02, 03-02, or 农历03-02 for a lunar one",
    ),
    ("import.blank", "「{field}」是空的，请补上", "“{field}” is blank; fill it in"),
    (
        "import.code-scientific",
        "编码被表格软件改成了科学计数，原来的数字丢了；请把这列设为文本再导出",
        "A spreadsheet turned the code into 1E+10 and its digits are lost; export the column as text",
    ),
    ("import.column-needed", "缺少「{field}」这一列", "The column “{field}” is missing"),
    (
        "import.column-one-of",
        "「{one}」和「{other}」至少要有一列",
        "One of the columns “{one}” and “{other}” must be there",
    ),
    ("import.column-twice", "有两列都当作「{field}」", "Two columns are taken for “{field}”"),
    ("import.count", "应是不小于零的整数", "This should be a whole number, not below zero"),
    (
        "import.cut",
        "文件在这一行中间断了；请拿完整的文件再导入，已导入的不会重复",
        "The file ends within this row; fetch the whole file and import it again, rows already taken are not doubled",
    ),
    ("import.date", "不是日期；写成 2026-03-02", "Not a date; write it like 2026-03-02"),
    ("import.date-early", "日期早于 1970-01-02，请改正", "Before 1970-01-02; correct the day"),
    ("import.date-future", "日期晚于今天（{today:date}），请改正", "Later than today, {today:date}; correct the day"),
    ("import.date-none", "日历上没有这一天，请改正", "There is no such day in the calendar; correct it"),
    (
        "import.date-order",
        "分不清月和日；请先写年，如 2026-03-02",
        "Day and month cannot be told apart; write the year first: 2026-03-02",
    ),
    (
        "import.date-serial",
        "这是表格软件的日期序号（可能是{day:date}）；请把这列设为日期格式再导出",
        "A spreadsheet's number for a date (perhaps {day:date}); format the column as dates and export again",
    ),
    (
        "import.decoder-missing",
        "文字是 GB18030（GBK）编码，这里读不了",
        "The text is GB18030 (GBK), which cannot be read here",
    ),
    ("import.empty", "文件里没有数据", "There is no row in this file"),
    (
        "import.encoding-unknown",
        "认不出文字编码，不是 UTF-8、UTF-16 或 GB18030",
        "The text is neither UTF-8, UTF-16 nor GB18030",
    ),
    (
        "import.id-rounded",
        "证件号后几位被表格软件变成了零；请把这列设为文本再导出",
        "A spreadsheet replaced the last digits with zeros; export the column as text",
    ),
    (
        "import.id-scientific",
        "证件号被表格软件改成了科学计数；请把这列设为文本再导出",
        "A spreadsheet turned the ID number into 1E+17; export the column as text",
    ),
    (
        "import.member-or-phone",
        "会员号和手机号都没有，请至少填一个",
        "Neither member number nor phone; fill in one of them",
    ),
    (
        "import.member-taken",
        "这个会员号或卡号已经是别的会员的；请改掉，或去掉这一行",
        "Another member has this number or card; change it or leave the row out",
    ),
    ("import.member-twice", "和第 {line} 行是同一位会员，请留一行", "The same member as on line {line}; keep one"),
    (
        "import.member-unknown",
        "店里没有这个会员号或手机号；请先导入会员，或改正、留空",
        "No member has this number or phone; import the members first, correct it, or leave it blank",
    ),
    ("import.negative", "不能小于零；请改正或留空", "Below zero; correct it or leave it blank"),
    ("import.not-a-table", "这不是表格文本，而是{what}", "This is not a text table but {what}"),
    ("import.number", "不是数字；写成 12.50", "Not a number; write it like 12.50"),
    (
        "import.number-separator",
        "看不出逗号隔开的是什么；写成 1234.50",
        "It is unclear what the comma separates; write 1234.50",
    ),
    (
        "import.phone",
        "不是电话号码；写 5 到 20 位数字，前面可以有 +",
        "Not a phone number; 5 to 20 digits, perhaps with + in front",
    ),
    (
        "import.phone-scientific",
        "手机号被表格软件改成了科学计数，后几位丢了；请把这列设为文本再导出",
        "A spreadsheet turned the phone number into 1E+10 and its last digits are lost; export the column as text",
    ),
    (
        "import.phone-taken",
        "这个手机号已经是别的会员的；请改掉，或去掉这一行",
        "Another member has this phone; change one of them or leave the row out",
    ),
    (
        "import.phone-twice",
        "手机号和第 {line} 行一样；一个手机号只属于一位会员",
        "The same phone as on line {line}; one phone belongs to one member",
    ),
    (
        "import.product-twice",
        "商品编码和第 {line} 行一样，请留一行",
        "The same product code as on line {line}; keep one",
    ),
    ("import.quote-open", "引号没有配对；请补上或去掉", "A quote opens and does not close; close or remove it"),
    (
        "import.receipt-left-out",
        "小票 {receipt} 的 {rows} 行都没导入，因为第 {line} 行有问题；改好那一行再导入",
        "Receipt {receipt} is left out with its {rows} {rows|row|rows} because of line {line}; correct that line and import again",
    ),
    (
        "import.receipt-twice",
        "和第 {line} 行开始的小票号、门店、日期相同，写法却不一样；请写成一样",
        "The receipt that begins on line {line} has the same number, store and day, written differently; write them alike",
    ),
    (
        "import.receipt-two-members",
        "同一张小票前面写的是「{first}」；一张小票只属于一位会员",
        "The receipt names {first} on another row; a receipt belongs to one member",
    ),
    (
        "import.remedy.column-needed",
        "还没有导入。请指定是哪一列，或在文件里补上",
        "Nothing was imported. Say which column it is, or add it to the file",
    ),
    (
        "import.remedy.column-twice",
        "还没有导入。请只留一列，另一列设为不用",
        "Nothing was imported. Keep one of them and leave the other unused",
    ),
    ("import.remedy.empty", "请选第一行是表头的文件", "Choose a file whose first row names its columns"),
    (
        "import.remedy.encoding",
        "请在表格软件里另存为「CSV UTF-8」再导入",
        "Save it as “CSV UTF-8” in your spreadsheet program and import that",
    ),
    (
        "import.remedy.not-a-table",
        "请在表格软件里另存为「CSV UTF-8」再导入",
        "Save it as “CSV UTF-8” in your spreadsheet program and import that",
    ),
    (
        "import.return-row",
        "负数是退货，这个文件说不清退的是哪一单；请删掉，到收银台对着原单退",
        "Below zero is a return, which this file cannot tie to its sale; remove it and record the return at the counter",
    ),
    (
        "import.returned",
        "有退货的行不导入；请用备份搬店，或清空这一格，到收银台补记退货",
        "Some of it came back, and a sales file carries no returns: move a shop with a backup, or clear the cell and record the return at the counter",
    ),
    (
        "import.row-cells",
        "这一行有 {found} 格，表头是 {expected} 列；可能少了一格，或有一格里的逗号没加引号",
        "{found} {found|cell|cells} where there are {expected} columns: one is missing, or one holds the delimiter without quotes",
    ),
    (
        "import.scientific",
        "数字被表格软件改成了科学计数；请把这列设为普通数字再导出",
        "A spreadsheet wrote the number as 1E+10; format the column as plain numbers and export again",
    ),
    (
        "import.tender-differs",
        "同一张小票别的行写的是「{first}」；请写成一样",
        "The receipt says {first} on another row; write the same on all its rows",
    ),
    (
        "import.tender-sum",
        "付款合计 {stated}，商品合计 {paid}，请改正一个",
        "The tenders sum to {stated}, the lines to {paid}; correct one of them",
    ),
    ("import.time", "不是钟点；写成 18:05", "Not a time of day; write it like 18:05"),
    (
        "import.too-fine",
        "小数位太多：金额和积分最多两位，数量最多三位，请四舍五入",
        "Too many decimals: money and points have two, quantities three; round it",
    ),
    ("import.too-large", "数字太大，请核对", "The number is too large; check it"),
    ("import.too-long", "文字太长，最多 {most} 个字，请写短些", "Longer than {most} characters; shorten it"),
];
