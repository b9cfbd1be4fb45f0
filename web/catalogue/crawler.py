"""What the page says in Chinese of what the crawler leaves in the store in English.

These are the refusals of orders, what is wrong with a declaration or a crawl, and why pages failed.
What stands in braces may be any text; what is in the place of ``reason`` is worded by itself.
"""

CHINESE_CRAWLER = {
    # Orders
    "it was stopped before it began": "还没有开始就停止了",
    "{name} is not being crawled by the schedule": "调度程序没有在抓取 {name}",
    "there is no source {name}": "没有来源 {name}",
    "{file} was changed meanwhile: compare the two, and save again": "{file} 在此期间有改动，"
    "请对照后再保存",
    "{file} cannot be written ({reason})": "{file} 无法写入（{reason}）",
    "{file} cannot be read ({reason})": "{file} 无法读取（{reason}）",
    "{file} is not UTF-8: {reason} at byte {place}": "{file} 不是 UTF-8，第 {place} 个字节有错",
    # Declarations
    "{name} is no name for a source: use lower-case letters, digits, '.', '_' and '-'": "{name} "
    "不能作来源的名称，只能用小写字母、数字、“.”、“_”和“-”",
    "{file} is not TOML: {reason}": "{file} 不是 TOML：{reason}",
    "{reason} (at line {line}, column {column})": "{reason}（第 {line} 行第 {column} 列）",
    "{reason} (at end of document)": "{reason}（在末尾）",
    "Invalid value": "值不正确",
    "Invalid statement": "语句不正确",
    "Invalid initial character for a key part": "键的第一个字符不正确",
    "Expected '=' after a key in a key/value pair": "键后面应有“=”",
    "Expected newline or end of document after a statement": "语句后面应换行",
    "Unclosed array": "数组没有结束",
    "Unterminated string": "字符串没有结束",
    "Cannot overwrite a value": "同一个键给出了两次",
    "unknown key {key}, known are {keys}": "没有 {key} 这个键，可用的有 {keys}",
    "seeds must name at least one address to begin with": "seeds 至少要有一个起始网址",
    "{value} is not text in quotes": "{value} 不是带引号的文字",
    "{value} is not a list of texts in quotes": "{value} 不是带引号的文字组成的列表",
    "{value} is no web address, write it as {example}": "{value} 不是网址，写法如 {example}",
    "{value} is no host, write it as {example}": "{value} 不是主机名，写法如 {example}",
    "{value} is no regular expression: {reason}": "{value} 不是正则表达式：{reason}",
    "{value} is no two-letter code such as 'zh' or 'en'": "{value} 不是“zh”“en”这样的两个字母",
    "{value} is no time zone such as {example}": "{value} 不是 {example} 这样的时区",
    "{value} is no number of seconds from 0 to {most}": "{value} 不是 0 到 {most} 之间的秒数",
    "{value} is no interval such as {examples} or {last}": "{value} 不是 {examples}、{last} 这样的"
    "间隔",
    "{value} is no whole number from 1 up": "{value} 不是正整数",
    "{value} is not a table, begin it with {head}": "{value} 不是表，应以 {head} 开头",
    "the selector for {name}, {value}, is no CSS: {reason}": "{name} 的选择器 {value} 不是 CSS："
    "{reason}",
    # Crawls
    "the site does not answer": "网站没有回应",
    "{bad} of {all} pages failed": "{all} 个网页中有 {bad} 个失败",
    # Pages
    "larger than {size} MB": "超过 {size} MB",
    "no answer in {seconds} s": "{seconds} 秒内没有回应",
    "the host is unknown": "找不到主机",
    "the connection was refused": "拒绝连接",
    "the connection broke": "连接中断",
    "the answer was cut off": "内容没有传完",
    "its certificate is not valid": "证书无效",
    "no robots.txt: {reason}": "读不到 robots.txt：{reason}",
    "the site wants to be left alone until {time} UTC": "网站要求在 {time}（UTC）之前不要访问",
    "{host} has a private address": "{host} 的地址属于内部网络",
    "{host} is not this machine, without a contact": "没有联系方式，只能访问本机，{host} 不是本机",
    "no web address": "不是网址",
    "{scheme}: is no scheme of the web": "{scheme} 不是网页的协议",
    "port {port} is none of the web's or the source's": "端口 {port} 既不是网页的，也不是来源的",
    "headers longer than {size} kB": "响应头超过 {size} kB",
    "moved to no web address": "转到的不是网址",
    "moved to itself": "转到自己",
    "moved more than {count} times": "转址超过 {count} 次",
    "says that it is not found": "页面说找不到",
    "no article": "没有文章",
    "cannot be read": "无法读取",
    "a fault in reading it": "读取时程序出错",
    "{url} has {reason}": "{url}：{reason}",
    "more than {count} tags": "标签超过 {count} 个",
    "a tag with more than {count} attributes": "有标签的属性超过 {count} 个",
    "page {number} of the article: {reason}": "文章的第 {number} 页：{reason}",
    "the crawl ended {count} times while it was read": "读取时抓取中断了 {count} 次",
}
"""Chinese, by the English text."""
