"""Words that say nothing about what is looked for, in the form the words stream has them.

They are dropped on the query's side only, and only when something else is left to look for.
"""

from indexer.analysis.streams import stem

_ENGLISH = """
a about after again all also am an and any are as at be because been before being but by can could
did do does doing for from had has have having he her here hers him his how i if in into is it its
just may me might more most must my no nor not of off on one only or other our out over own shall
she should so some such than that the their them then there these they this those through to too
under until up us very was we were what when where which while who whom whose why will with would
you your s t d ll m re ve
"""

_CHINESE = """
的 了 和 是 在 有 与 及 或 也 都 就 而 着 过 被 把 给 让 向 对 从 到 以 于 为 之 其 此 该 这 那
这个 那个 这些 那些 这样 那样 一个 一种 一些 某 某些 每 各 我 你 您 他 她 它 我们 你们 他们 她们
它们 自己 什么 怎么 怎样 怎么样 怎么办 如何 为什么 为何 哪 哪个 哪些 哪里 哪儿 谁 几 多少 吗 呢 吧
啊 呀 嘛 哦 是否 是不是 有没有 能不能 会不会 可以 能 能够 会 要 应 应该 应当 需要 请问 请 想 想要
知道 没有 不 没 但 但是 因为 所以 如果 还 还是 还有 并 并且 而且 以及 关于 等 等等 很 非常 最 更
太 又 再 才 只 只有 就是 上 下 中 里 时 时候
"""

STOPWORDS: frozenset[str] = frozenset(map(stem, (_ENGLISH + _CHINESE).split()))
"""Chinese and English function words and question words; English ones stemmed."""
