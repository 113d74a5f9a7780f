"""Which kind of answer a question wants, by rules."""

import re
from typing import Literal

from ingest.languages import fold

Kind = Literal["what", "why", "how", "compare", "use", "example", "claim", "roadmap", "open"]
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "roadmap",
        re.compile(
            r"路线图?|第.{1,2}阶段|阶段\s*\d*|零基础|初学者|从哪里?(开始|学起)|先学(什么|啥|哪)|学习(顺序|计划|路径)|要(学|花)?多久|多长时间|几个月|资源|课程|教程|推荐.{0,6}(书|课程?|资料)|练手|学习大模型|大模型学习|(如何|怎么)学(习)?大模型|哪本书|书籍|论文|实践项目|做什么项目|roadmap|get started|getting started|where (do|should|can) i (start|begin)|beginner|learning path|study plan|\b(stage|phase)\b\s*\d*|how long|resources?\b|\bcourses?\b|\bbooks?\b|\bpapers?\b|\bprojects?\b"
        ),
    ),
    (
        "compare",
        re.compile(
            r"区别|不同|关系|和.{1,20}呢[？?]?$|对比|比较|差异|相比|哪个好|还是|\bvs\b|\bversus\b|differen(ce|t)|differ\b|differs|compare|better than|instead of"
        ),
    ),
    (
        "why",
        re.compile(r"为什么|为何|为啥|怎么会|解决.{0,6}问题|有什么用|作用|\bwhy\b|what problem|purpose|what .* for\b"),
    ),
    (
        "use",
        re.compile(
            r"优缺点|优点|缺点|优势|劣势|局限性?|不足|好处|坏处|\b(dis)?advantages?\b|\blimitations?\b|\bpros and cons\b|\bdrawbacks?\b|\bbenefits?\b|什么时候|何时|适合|场景|该不该|要不要|什么情况|\bwhen (should|do|to|would|is)\b|use cases?|suitable|should i use"
        ),
    ),
    ("example", re.compile(r"举.{0,3}例|例子|\b(an?|some|any|another) examples?\b|for example")),
    ("claim", re.compile(r"吗[？?\s]*$|是不是|对不对|^(is|are|does|do|can|will|did) ")),
    ("how", re.compile(r"怎么|怎样|如何|原理|步骤|流程|工作|计算|公式|\bhow\b|mechanism|formula|steps?\b|work")),
    (
        "what",
        re.compile(
            r"什么是|是什么|啥是|是啥|定义|含义|介绍|讲讲|\bwhat(?:'s| is| are| does)\b|define|definition|explain|meaning"
        ),
    ),
)


_ASKING = re.compile(r"\b(learn|study|know|understand)\b")


def question_kind(question: str) -> Kind:
    """Which kind of answer a question wants."""
    folded = fold(question)
    return next((kind for kind, pattern in _KINDS if pattern.search(folded)), "open")


def without_frame(question: str) -> str:
    """The question without the words that make it of its kind; they ask, and say nothing of what is asked about."""
    folded = fold(question)
    text = list(question)
    patterns = [_ASKING, *(pattern for kind, pattern in _KINDS if kind != "compare")]
    for pattern in patterns:
        for match in pattern.finditer(folded):
            text[match.start() : match.end()] = " " * (match.end() - match.start())
    return "".join(text)
