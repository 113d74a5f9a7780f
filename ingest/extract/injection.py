"""Finds passages that talk to a model instead of the reader, and takes their force: the words stay, marked as page text.

A lesson about such attacks quotes them: what stands in code or in quotation marks is an example and stays as it is.
Tokens that part the turns of a chat are broken up wherever they stand, since an endpoint may read them as such.
"""

import re
from collections.abc import Iterable

from ingest.languages import HAN
from ingest.markdown import fences

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\s+(?:(?:all|any|every|of|the|your|my|these|those|previous|prior|above|earlier|preceding|foregoing|system)\s+){1,5}"
    r"(?:instructions?|prompts?|directions?|rules?|guidelines|commands?)\b"
    r"|\b(?:ignore|forget|disregard)\s+(?:everything|all)\s+(?:above|before|that came before|you (?:were|have been) told|previous\w*)"
    r"|\byou are now\s+(?:a|an|the|in|acting|DAN|no longer|free from|called|my)\b(?!\s+(?:position|good|great|better|place|stage|state))"
    r"|\bfrom now on,?\s+(?:you\s+(?:must|shall|are\s+(?:to|a|an)|(?:will|should)\s+(?:act|respond|answer|reply|pretend|obey|only|never|always|ignore))|act as|respond|answer|reply|pretend)\b"
    r"|\b(?:reveal|print|output|repeat|show|leak|disclose|expose)\s+(?:me\s+)?(?:your|the)\s+(?:full\s+|entire\s+|hidden\s+|initial\s+|original\s+|secret\s+)*(?:system\s+prompt|system\s+message|hidden\s+prompt|hidden\s+instructions|initial\s+instructions|prompt\b(?!\s+\w))"
    r"|\b(?:new|updated|important)\s+(?:system\s+)?instructions?\s*(?:for|to)\s+(?:the\s+)?(?:ai|assistant|model|llm|chatbot|agent)s?\b"
    r"|\b(?:ai|llm|chatgpt|claude|gpt)\s+(?:assistants?|models?|agents?)?\s*(?:reading|processing|summari[sz]ing|parsing|crawling)\s+this\b"
    r"|^\W*(?:assistant|chatgpt|ai|llm|model)\s*[:,]\s*(?:please\s+)?(?:ignore|reveal|tell|say|do not|don't|you must|recommend|send|write|visit|always|never)\b"
    r"|\b(?:tell|instruct|convince)\s+(?:every|all|the|your)\s+(?:learners?|users?|readers?|students?)\s+to\s+(?:visit|go|click|buy|download|open|send)\b"
    r"|\bdo not (?:tell|inform|alert|mention (?:this )?to) the (?:user|learner)\b",
    re.IGNORECASE | re.MULTILINE,
)
_CHINESE = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|不要遵守|抛弃)(?:掉|你)?(?:以上|之前|前面|上面|上述|先前|所有|全部|一切|你|的|任何|此前){1,6}(?:指令|指示|提示词?|命令|规则|要求|设定|内容|对话)"
    r"|(?:你现在是|从现在起你是|从现在开始你?(?:是|要|必须|扮演)|现在起?你?(?:要|将)?扮演)(?!在|否|不是)"
    r"|(?:输出|泄露|透露|告诉我|显示|打印|重复)(?:一下)?你的?(?:系统|初始|隐藏|完整)?(?:提示词|系统提示|系统指令|初始指令)"
    r"|不要(?:告诉|让)(?:用户|学习者|学生)(?:知道)?"
)
_QUOTED = re.compile(
    r"\"[^\"\n]{1,600}\"|“[^”\n]{1,600}”|「[^」\n]{1,600}」|『[^』\n]{1,600}』|‘[^’\n]{4,600}’|`[^`\n]{1,600}`|(?<!\w)'[^'\n]{4,600}'(?!\w)|《[^》\n]{1,200}》"
)
_TURN = re.compile(
    r"<\|(?=\s?/?[a-z_]{2,30}\s?\|>)|(?<=[a-z_])\|>|\[(?=/?(?:INST|SYS)\])|<<(?=/?SYS>>)|(?<=SYS)>>|<(?=/?(?:start|end)_of_turn>)"
    r"|<(?=\uff5c)|(?<=\uff5c)>"
)
# The tokens that open a turn; one that ends a turn is broken up too, but says nothing by itself.
_OPENING = re.compile(
    r"<\|\s?(?:im_start|system|user|assistant|start_header_id)\s?\|>|\[INST\]|<<SYS>>|<start_of_turn>|<\uff5c(?:User|Assistant)\uff5c>"
)
_MARKS = {"zh": "（页面文字）", "en": "(text of the page) "}
_PLACE = re.compile(r"^(?P<place>\s*(?:>\s?|[-*+]\s|\d+[.)]\s|#{1,6}\s|\|\s?)*)(?P<rest>.*)$")


def addresses_a_model(text: str) -> bool:
    """Whether a passage gives a model orders or fakes the turns of a chat, outside of quotation marks and code."""
    return _gives_orders(text) and _gives_orders(_QUOTED.sub(" ", text))


def _gives_orders(text: str) -> bool:
    return bool(_ORDERS.search(text) or _CHINESE.search(text) or _OPENING.search(text))


def count_addressed(passages: Iterable[str]) -> int:
    """How many passages address a model; quotation marks do not excuse what nobody was to see."""
    return sum(map(_gives_orders, passages))


def neutralised(markdown: str) -> tuple[str, int]:
    """The text with the lines that address a model marked as text of the page, and how many there are."""
    lines = markdown.split("\n")
    code = {number for block in fences(lines) for number in block}
    addressed = {number for number, line in enumerate(lines) if number not in code and addresses_a_model(line)}
    done = [_marked(line) if number in addressed else line for number, line in enumerate(lines)]
    return "\n".join(map(_broken, done)), len(addressed)


def _marked(line: str) -> str:
    match = _PLACE.match(line)
    if match is None:
        return line
    return f"{match['place']}{_MARKS['zh' if HAN.search(line) else 'en']}{match['rest']}"


def _broken(line: str) -> str:
    """Turn tokens with a space in them: `<| im_start |>`, `[ INST]`."""
    return _TURN.sub(_spread, line) if _TURN.search(line) else line


def _spread(match: re.Match[str]) -> str:
    mark = match.group()
    return f" {mark}" if mark.endswith(">") else f"{mark} "
