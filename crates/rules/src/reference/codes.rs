//! Every code that the check of a document reports, with a wrong and a right example.
//!
//! Examples are fragments that are added to [`super::SMALLEST`], or whole documents where they bring their own
//! `[program]`; versions of one program are parted by a line `---`. Tests check that the wrong one gives the code, and
//! that the right one runs and does not.

/// One code.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// The code.
    pub code: &'static str,
    /// What it is about, in Chinese.
    pub zh: &'static str,
    /// What it is about, in English.
    pub en: &'static str,
    /// A document that gets it.
    pub wrong: &'static str,
    /// The same, put right.
    pub right: &'static str,
}

const fn code(
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    wrong: &'static str,
    right: &'static str,
) -> Code {
    Code { code, zh, en, wrong, right }
}

/// All codes: errors, notes, warnings.
pub const CODES: &[Code] = &[
    code(
        "E001",
        "写法读不懂：引号、等号、括号不成对，或同一个键写了两次",
        "It cannot be read: quotes, equals signs or brackets do not match, or a key stands twice",
        "[join]\nmin_age = \"18\n",
        "[join]\nrequired = [\"name\"]\n",
    ),
    code(
        "E002",
        "不认识的键，多半是拼错了",
        "A key that is not known here, mostly a misspelt one",
        "[card]\nvaild = \"12 months\"\n",
        "[card]\nvalid = \"12 months\"\n",
    ),
    code(
        "E003",
        "缺少必须有的键",
        "A key that must be there is missing",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\n",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n",
    ),
    code(
        "E004",
        "类型不对，如该写表的地方写了一个值",
        "The wrong type: a value where a table belongs",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\nwhen = \"monday\"\n",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\nwhen = { weekdays = [\"mon\"] }\n",
    ),
    code(
        "E005",
        "不能用作数字，或带小数却没加引号",
        "It cannot be used as a number, or has decimals without quotes",
        "[[earn]]\nid = \"spend\"\nper = 1.5\npoints = 1\n",
        "[[earn]]\nid = \"spend\"\nper = \"1.50\"\npoints = 1\n",
    ),
    code(
        "E006",
        "数值超出范围",
        "A figure outside its range",
        "[[commission]]\nid = \"deals\"\nrate = \"101%\"\n",
        "[[commission]]\nid = \"deals\"\nrate = \"100%\"\n",
    ),
    code(
        "E007",
        "这里不能写这个词",
        "A word that cannot stand here",
        "multipliers = \"sum\"\n[program]\nid = \"x\"\nversion = 1\neffective_from = 2026-01-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n",
        "multipliers = \"product\"\n[program]\nid = \"x\"\nversion = 1\neffective_from = 2026-01-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n",
    ),
    code(
        "E008",
        "编号在同类规则中重复",
        "An id that another rule of its kind has",
        "[[post]]\nid = \"guide\"\n[[post]]\nid = \"guide\"\n",
        "[[post]]\nid = \"guide\"\n[[post]]\nid = \"manager\"\n",
    ),
    code(
        "E009",
        "提到的参数、等级、规则不存在",
        "A parameter, tier or rule that is named and not there",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = \"$ratio\"\n",
        "[parameters.ratio]\ntype = \"points\"\ndefault = \"1\"\nlabel = { zh = \"比例\", en = \"Ratio\" }\n[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = \"$ratio\"\n",
    ),
    code(
        "E010",
        "分档有空缺、重叠，或顺序不对",
        "Bands that gap, overlap, or stand in the wrong order",
        "[[commission]]\nid = \"deals\"\nbands = [{ from = \"0.00\", to = \"1000.00\", rate = \"1%\" }, { from = \"2000.00\", rate = \"2%\" }]\n",
        "[[commission]]\nid = \"deals\"\nbands = [{ from = \"0.00\", to = \"1000.00\", rate = \"1%\" }, { from = \"1000.00\", rate = \"2%\" }]\n",
    ),
    code(
        "E011",
        "等级或级别的要求没有高过下一级",
        "A tier or grade that asks for no more than the one below it",
        "[[tier]]\nid = \"ordinary\"\nlabel = { zh = \"普通\", en = \"Ordinary\" }\n[[tier]]\nid = \"silver\"\nlabel = { zh = \"银卡\", en = \"Silver\" }\nreach = { spend = \"1000.00\" }\n[[tier]]\nid = \"gold\"\nlabel = { zh = \"金卡\", en = \"Gold\" }\nreach = { spend = \"1000.00\" }\n",
        "[[tier]]\nid = \"ordinary\"\nlabel = { zh = \"普通\", en = \"Ordinary\" }\n[[tier]]\nid = \"silver\"\nlabel = { zh = \"银卡\", en = \"Silver\" }\nreach = { spend = \"1000.00\" }\n[[tier]]\nid = \"gold\"\nlabel = { zh = \"金卡\", en = \"Gold\" }\nreach = { spend = \"1000.01\" }\n",
    ),
    code(
        "E012",
        "超过上限：返利高过封顶、保底高过封顶、暂扣合计超过全部",
        "Over a cap: a rebate, a floor above the cap, holdbacks of more than the whole",
        "[[rebate]]\nid = \"load\"\nrate = \"1.01%\"\n[stored_value]\n",
        "[[rebate]]\nid = \"load\"\nrate = \"1%\"\n[stored_value]\n",
    ),
    code(
        "E013",
        "不是日历上的日期、钟点或时长",
        "No such day, time or span",
        "[card]\nvalid = \"a while\"\n",
        "[card]\nvalid = \"2 years\"\n",
    ),
    code(
        "E014",
        "兑换得到的比当初花的钱还多",
        "A redemption worth more than the spend that earned its points",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n[[redeem]]\nid = \"voucher\"\npoints = 100\nvoucher = \"100.01\"\n",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n[[redeem]]\nid = \"voucher\"\npoints = 100\nvoucher = \"5.00\"\n",
    ),
    code(
        "E015",
        "兑换一份要的积分不在允许的范围内，永远用不上",
        "A redemption whose unit does not fit between least and most: it can never be used",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n[[redeem]]\nid = \"voucher\"\npoints = 100\nvoucher = \"1.00\"\nmost = \"99\"\n",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n[[redeem]]\nid = \"voucher\"\npoints = 100\nvoucher = \"1.00\"\nmost = \"100\"\n",
    ),
    code(
        "E016",
        "条件是空的",
        "A condition that states nothing",
        "[[discount]]\nid = \"soap\"\nrate = \"5%\"\nonly = {}\n",
        "[[discount]]\nid = \"soap\"\nrate = \"5%\"\nonly = { categories = [\"soap\"] }\n",
    ),
    code(
        "E017",
        "只写了一种语言",
        "A text in one language only",
        "[[post]]\nid = \"guide\"\nlabel = { zh = \"导购\" }\n",
        "[[post]]\nid = \"guide\"\nlabel = { zh = \"导购\", en = \"Guide\" }\n",
    ),
    code(
        "E018",
        "互相矛盾的写法",
        "Keys that contradict each other",
        "[[commission]]\nid = \"deals\"\nrate = \"5%\"\nfixed = \"1.00\"\n",
        "[[commission]]\nid = \"deals\"\nrate = \"5%\"\n",
    ),
    code(
        "E019",
        "文件超过 1 MB，或括号套得太深",
        "A document larger than 1 MB, or with brackets nested too deeply",
        "x = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n",
        "[join]\nrequired = [\"name\"]\n",
    ),
    code(
        "E020",
        "同一方案的版本号重复，或后一版不比前一版晚开始",
        "Versions of one program with one number, or one that begins no later than the one before",
        "[program]\nid = \"x\"\nversion = 1\neffective_from = 2026-01-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n---\n[program]\nid = \"x\"\nversion = 2\neffective_from = 2026-01-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n",
        "[program]\nid = \"x\"\nversion = 1\neffective_from = 2026-01-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n---\n[program]\nid = \"x\"\nversion = 2\neffective_from = 2026-01-02\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n",
    ),
    code(
        "E021",
        "公布后没满约定的天数就生效",
        "A version that begins before its notice is over",
        "[program]\nid = \"x\"\nversion = 1\npublished = 2026-01-01\nnotice_days = 3\neffective_from = 2026-01-03\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n",
        "[program]\nid = \"x\"\nversion = 1\npublished = 2026-01-01\nnotice_days = 3\neffective_from = 2026-01-04\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n",
    ),
    code(
        "N201",
        "原文空白的参数，店里还没填",
        "A parameter that is blank in the source and not set yet",
        "[parameters.ratio]\ntype = \"points\"\ndefault = \"1\"\nlabel = { zh = \"比例\", en = \"Ratio\" }\nsource = { zh = \"原文空白\", en = \"blank in the document\" }\n[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = \"$ratio\"\n",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n",
    ),
    code(
        "W101",
        "永远轮不到的规则：总有另一条先用",
        "A rule that never holds: another always goes before it",
        "[[commission]]\nid = \"all\"\nrate = \"5%\"\n[[commission]]\nid = \"also\"\nrate = \"6%\"\n",
        "[[commission]]\nid = \"all\"\nrate = \"5%\"\n[[commission]]\nid = \"also\"\nrate = \"6%\"\nonly = { categories = [\"soap\"] }\n",
    ),
    code(
        "W102",
        "入会条件涉及个人身份，没有说明理由",
        "Joining depends on who somebody is, and no reason is given",
        "[join]\nmin_age = 18\n",
        "[join]\nmin_age = 18\n[acknowledge]\nage = \"full legal capacity is needed\"\n",
    ),
    code(
        "W103",
        "累计的数只增不减，降级不会发生",
        "A fall that cannot happen: lifetime figures never leave the window",
        "[tiers]\ndown = \"immediate\"\n[[tier]]\nid = \"ordinary\"\nlabel = { zh = \"普通\", en = \"Ordinary\" }\n[[tier]]\nid = \"silver\"\nlabel = { zh = \"银卡\", en = \"Silver\" }\nreach = { spend = \"1000.00\" }\n",
        "[tiers]\nwindow = \"12 months\"\ndown = \"immediate\"\n[[tier]]\nid = \"ordinary\"\nlabel = { zh = \"普通\", en = \"Ordinary\" }\n[[tier]]\nid = \"silver\"\nlabel = { zh = \"银卡\", en = \"Silver\" }\nreach = { spend = \"1000.00\" }\n",
    ),
    code(
        "W104",
        "没有规则用到的参数",
        "A parameter that no rule uses",
        "[parameters.ratio]\ntype = \"points\"\ndefault = \"1\"\nlabel = { zh = \"比例\", en = \"Ratio\" }\n",
        "[parameters.ratio]\ntype = \"points\"\ndefault = \"1\"\nlabel = { zh = \"比例\", en = \"Ratio\" }\n[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = \"$ratio\"\n",
    ),
    code(
        "W105",
        "日期在方案生效前就过了",
        "Days that were over before the program began",
        "[[discount]]\nid = \"opening\"\nrate = \"5%\"\nwhen = { dates = [\"2025-12-01..2025-12-31\"] }\n",
        "[[discount]]\nid = \"opening\"\nrate = \"5%\"\nwhen = { dates = [\"12-01..12-31\"] }\n",
    ),
    code(
        "W106",
        "谁也到不了的等级",
        "A tier that nobody can reach",
        "[tiers]\nup = \"never\"\n[[tier]]\nid = \"ordinary\"\nlabel = { zh = \"普通\", en = \"Ordinary\" }\n[[tier]]\nid = \"silver\"\nlabel = { zh = \"银卡\", en = \"Silver\" }\nreach = { spend = \"1000.00\" }\n",
        "[[tier]]\nid = \"ordinary\"\nlabel = { zh = \"普通\", en = \"Ordinary\" }\n[[tier]]\nid = \"silver\"\nlabel = { zh = \"银卡\", en = \"Silver\" }\nreach = { spend = \"1000.00\" }\n",
    ),
    code(
        "W107",
        "要用积分的兑换，却没有得积分的途径",
        "A redemption where nothing earns points",
        "[[redeem]]\nid = \"gift\"\npoints = 100\ngift = { zh = \"礼品\", en = \"Gift\" }\n",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n[[redeem]]\nid = \"gift\"\npoints = 100\ngift = { zh = \"礼品\", en = \"Gift\" }\n",
    ),
    code(
        "W108",
        "加上倍数或几种积分，兑换得到的比花的钱多",
        "A redemption worth more than the spend, once multipliers or several ways of earning come together",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n[[multiply]]\nid = \"double\"\nfactor = \"2\"\n[[redeem]]\nid = \"voucher\"\npoints = 100\nvoucher = \"50.01\"\n",
        "[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n[[multiply]]\nid = \"double\"\nfactor = \"2\"\n[[redeem]]\nid = \"voucher\"\npoints = 100\nvoucher = \"50.00\"\n",
    ),
    code(
        "W110",
        "规则里的岗位不在 [[post]] 里",
        "A role that no [[post]] has",
        "[[post]]\nid = \"guide\"\n[[commission]]\nid = \"deals\"\nroles = [\"guides\"]\nrate = \"5%\"\n",
        "[[post]]\nid = \"guide\"\n[[commission]]\nid = \"deals\"\nroles = [\"guide\"]\nrate = \"5%\"\n",
    ),
    code(
        "W111",
        "入会不用审批，入会审批用不上",
        "An approval of memberships where joining needs none",
        "[[approval]]\nid = \"admission\"\nfor = \"membership\"\nby = [\"manager\"]\n",
        "[join]\napproval = \"manager\"\n[[approval]]\nid = \"admission\"\nfor = \"membership\"\nby = [\"manager\"]\n",
    ),
    code(
        "W112",
        "要征得同意，却谁也无法同意",
        "Consent that nobody can give",
        "[[rights]]\nid = \"guide\"\nmay = [\"view\"]\nscope = \"own\"\nconsent = [\"director\"]\n",
        "[[rights]]\nid = \"guide\"\nmay = [\"view\"]\nscope = \"own\"\nconsent = [\"director\"]\n[[approval]]\nid = \"consent\"\nfor = \"consent\"\nby = [\"director\"]\n",
    ),
    code(
        "W120",
        "这一版没有了前一版的某个等级",
        "A version that lacks a tier of the one before",
        "[program]\nid = \"x\"\nversion = 1\neffective_from = 2026-01-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n[[tier]]\nid = \"ordinary\"\nlabel = { zh = \"普通\", en = \"Ordinary\" }\n[[tier]]\nid = \"gold\"\nlabel = { zh = \"金卡\", en = \"Gold\" }\nreach = { spend = \"1000.00\" }\n---\n[program]\nid = \"x\"\nversion = 2\neffective_from = 2026-02-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n[[tier]]\nid = \"ordinary\"\nlabel = { zh = \"普通\", en = \"Ordinary\" }\n[[tier]]\nid = \"vip\"\nlabel = { zh = \"贵宾\", en = \"VIP\" }\nreach = { spend = \"1000.00\" }\n",
        "[program]\nid = \"x\"\nversion = 1\neffective_from = 2026-01-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n[[tier]]\nid = \"ordinary\"\nlabel = { zh = \"普通\", en = \"Ordinary\" }\n[[tier]]\nid = \"gold\"\nlabel = { zh = \"金卡\", en = \"Gold\" }\nreach = { spend = \"1000.00\" }\n---\n[program]\nid = \"x\"\nversion = 2\neffective_from = 2026-02-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n[[tier]]\nid = \"ordinary\"\nlabel = { zh = \"普通\", en = \"Ordinary\" }\n[[tier]]\nid = \"vip\"\nlabel = { zh = \"贵宾\", en = \"VIP\" }\nwas = [\"gold\"]\nreach = { spend = \"1000.00\" }\n",
    ),
    code(
        "W121",
        "积分种类没有规则会给",
        "A kind of points that no rule gives",
        "[[points]]\nid = \"spend\"\nlabel = { zh = \"消费积分\", en = \"Spend points\" }\n[[points]]\nid = \"activity\"\nlabel = { zh = \"活动积分\", en = \"Activity points\" }\n[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n",
        "[[points]]\nid = \"spend\"\nlabel = { zh = \"消费积分\", en = \"Spend points\" }\n[[points]]\nid = \"activity\"\nlabel = { zh = \"活动积分\", en = \"Activity points\" }\n[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n[[earn]]\nid = \"course\"\nactivity = \"any\"\npoints = 10\nkind = \"activity\"\n",
    ),
    code(
        "W122",
        "这一版没有了前一版的某种积分",
        "A version that lacks a kind of points of the one before",
        "[program]\nid = \"x\"\nversion = 1\neffective_from = 2026-01-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n[[points]]\nid = \"spend\"\nlabel = { zh = \"消费积分\", en = \"Spend points\" }\n[[points]]\nid = \"activity\"\nlabel = { zh = \"活动积分\", en = \"Activity points\" }\n[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n[[earn]]\nid = \"course\"\nactivity = \"any\"\npoints = 10\nkind = \"activity\"\n---\n[program]\nid = \"x\"\nversion = 2\neffective_from = 2026-02-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n[[points]]\nid = \"spend\"\nlabel = { zh = \"消费积分\", en = \"Spend points\" }\n[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n",
        "[program]\nid = \"x\"\nversion = 1\neffective_from = 2026-01-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n[[points]]\nid = \"spend\"\nlabel = { zh = \"消费积分\", en = \"Spend points\" }\n[[points]]\nid = \"activity\"\nlabel = { zh = \"活动积分\", en = \"Activity points\" }\n[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n[[earn]]\nid = \"course\"\nactivity = \"any\"\npoints = 10\nkind = \"activity\"\n---\n[program]\nid = \"x\"\nversion = 2\neffective_from = 2026-02-01\ntitle = { zh = \"例\", en = \"Example\" }\n[[enrol]]\nid = \"free\"\nfree = true\n[[points]]\nid = \"spend\"\nlabel = { zh = \"消费积分\", en = \"Spend points\" }\n[[points]]\nid = \"activity\"\nlabel = { zh = \"活动积分\", en = \"Activity points\" }\n[[earn]]\nid = \"spend\"\nper = \"1.00\"\npoints = 1\n[[earn]]\nid = \"course\"\nactivity = \"any\"\npoints = 10\nkind = \"activity\"\n",
    ),
];
