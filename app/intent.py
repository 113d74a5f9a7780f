"""What a learner's message asks for, by rules; offline and in microseconds."""

import re
from typing import Literal

from app.values import Intent
from ingest.languages import fold

OrderKind = Literal["after", "before", "path", "ready", "compare", "where", "plan"]
Profile = Literal["", "beginner", "engineer", "researcher"]
TOPIC = "◆"  # stands for a topic's name in the text that `order_kind` reads

_GREETING = re.compile(
    r"^\s*(你好|您好|嗨|哈喽|早上好|晚上好|谢谢|多谢|感谢|hi|hello|hey|thanks|thank you|good (morning|evening))[\s!！。.,，~～]*(你|啊|呀|there)?[\s!！。.]*$"
)
_QUIZ = re.compile(
    r"考考我|考我|测测我|测试我|测验一?下|(?<![提输指得导找突])出(?![现来错]).{0,12}((?<![问主难话标课专])题|测验)"
    r"|来.{0,6}(道|个|套)题|做.{0,4}((?<![问主难话标课专])题|测验)|做.{0,3}道.{0,12}题|小测"
    r"|\bquiz(zes)?\b|\btest me\b|\bexam(ine)? me\b|(give|ask) me .{0,20}\bquestions?\b"
)
_BEFORE = re.compile(
    r"之前.{0,8}(学|会|懂|掌握|了解|准备|基础)|(学|看).{1,20}(前|以前).{0,6}(学|会|懂|掌握|先|要|需)|前置|先修|先决|需要(什么|哪些|啥).{0,4}基础|要先(学|会|懂)"
    r"|先(要|得|应该|需要)?(掌握|会|懂|了解|学会|学习).{0,2}(什么|哪些|啥)|前面.{0,4}(补|学|看)(什么|哪|啥)|要补(什么|哪些|啥)"
    r"|\bprere(qs?|quisites?)\b|\bbefore\b.{0,40}\b(learn|study|start|tackl|read|div)|\b(learn|study|know|need)\b.{0,30}\bbefore\b"
    r"|\bwhat\b.{0,12}\b(comes?|goes?|go|needed|required)\b.{0,12}\b(before|first)\b|\b(what|which)\b.{0,12}\bbackground\b"
    r"|\bwhat\b.{0,20}\b(need|know)\b.{0,12}\bfirst\b"
)
_NEXT = re.compile(
    r"(学完|学会|学过|学了|学好|掌握|搞懂|会了|看完|之后|以后|完了|后面|接下来|接着|然后|下一步).{0,24}(学什么|学啥|学哪|该学|学些什么|怎么学|看什么|做什么|干什么|干嘛|学习什么|是什么$)"
    r"|下一步(学|该|是|做|呢|？|\?|$)|接下来(学|该|呢|？|\?|$)|(之后|以后|后|学完|完了)呢[？?]?$|往(哪|哪里|哪儿|哪个方向)学"
    r"|\b(what|which|where)\b.{0,60}\bnext\b(?![- ](token|word|sentence|character|hidden|state|layer|item|element|input|position|time))"
    r"|\b(what|which|where)\b.{0,40}\b(learn|study|comes?|goes|follows?|read|tackle|topics?|(should|do|can|could|shall) (i|we) do)\b.{0,40}\bafter\b"
    r"|\b(what|which)\b.{0,20}\b(follows?|builds? (up)?on|opens? up)\b|\bwhat can i (learn|study|do) (with|from)\b"
    r"|\bwhat('s| is)? after\b|(?<!its )(?<!their )\bnext (step|topic)|\bafter\b.{0,40}\bwhat\b|\b(learn|study|do) next\b|\bwhat's next\b"
)


def intent_of(message: str) -> Intent:
    """The intent of a message; whatever is none of the others is a question to explain.

    >>> intent_of("学完RNN学什么")
    'next'
    """
    text = fold(message)
    if _GREETING.match(text):
        return "greeting"
    if _QUIZ.search(text):
        return "quiz"
    if _BEFORE.search(text):
        return "before"
    if _NEXT.search(text):
        return "next"
    return "explain"


_KNOWS = re.compile(
    r"(?<![学机想要])(会(?!不)|懂|学过|学完|学了|学会了?|学好|掌握|了解|熟悉|看完|已有|有)[^，。,;；？?]{0,8}◆"
    r"|◆[^，。;；？?]{0,8}(会了|都会|也会|懂|学过|学完|学了|学好|看完|掌握|熟悉|搞定|没问题|了解|都学)"
    r"|零基础|0基础|小白|从零|从头|没有?(任何)?基础"
    r"|\b(know|understand|understood|learn(ed|t)|studied|covered|finished|completed|mastered|familiar with|have|had|done|after|with)\b.{0,30}◆"
    r"|◆.{0,25}\b(done|fine|clear|known|behind me|what i have|under my belt)\b|\bfrom (zero|scratch)\b|\bbeginner\b"
)
_ORDERS: tuple[tuple[OrderKind, re.Pattern[str]], ...] = (
    (
        "plan",
        re.compile(
            r"(?=.*◆)(?=.*(计划|规划|方案|课表|日程|安排))(?=.*[\d一二两三四五六七八九十]\s*个?(周|星期|礼拜|小时|月))"
            r"|◆.{0,6}的?学习?(计划|规划|方案|课表)|(排|订|定|做|列|制定|安排).{0,8}◆.{0,4}(时间表|日程表?|计划|课表)|(?=.*◆).*分到每一?[周天]"
            r"|(?=.*◆).*\bspread\b.{0,12}\bover\b|\bschedule my\b.{0,20}◆|(?=.*◆).*\b(\d+|weekly)[ -](day )?(programme|program|timetable|plan|schedule)\b"
            r"|(?=.*◆)(?=.*\b(plan|schedule|timetable)\b)(?=.*\b(\d+|one|two|three|four|five|six|eight|ten|twelve)[ -]?(weeks?|months?|hours?)\b)"
            r"|\b(study|learning) (plan|schedule)\b.{0,20}◆"
        ),
    ),
    (
        "where",
        re.compile(
            r"(?=.*◆)(?=.*我).*((哪|第几|什么)(一)?个?阶段(?!.{0,4}(学|讲|用|教))|学到(哪|什么地步|什么程度)|走到哪|什么水平)"
            r"|(?=.*◆).*\b(where am i|where do i stand|(which|what) stage (am|are|have) (i|we)|(which|what) stage (is that|does that)|how far (am i|have i|along))\b"
        ),
    ),
    (
        "compare",
        re.compile(
            r"◆.*◆.*(先(学习?|看|读|搞|弄|上手|掌握)(哪|谁|那)|(哪|谁)[一个种]*(应该|应|该|要|得)?先(学|看|读)?|谁先谁后|哪个在前)"
            r"|先(学习?|看|读).{0,6}◆.*还是.*◆|学习?\s*◆.{0,4}还是.{0,6}◆"
            r"|(大家|所有|都|一致|每份|路线图).{0,12}(同意|认为|主张|说|一致).*◆.*◆|◆.*◆.*(大家|都|所有人).{0,6}(同意|认为|这么)"
            r"|先学.{0,4}◆.{0,12}(再|后|然后)(学|看).{0,4}◆.{0,6}(吗|么|对不对|是不是)|◆.{0,4}(之)?前.{0,6}先学.{0,3}◆.{0,3}(吗|么)|◆.{0,4}前.{0,4}(要不要|需不需要|该不该|是不是).{0,4}先学.{0,3}◆"
            r"|(?=.*◆.*◆).*(\b(which|what)\b.*\bfirst\b\s*([?,.:;!◆]|$|or\b)|◆.*\bor\b.*◆.*\bfirst\b|\bfirst\b.{0,6}\b(,|or)\b.*◆|◆.{0,3}\bfirst\b.{0,6}\bor\b.*◆)"
            r"|◆.*\bbefore\b.{0,20}◆.*\bor\b.{0,12}\b(after|the other way|the reverse)\b"
            r"|(^|[.,;:?!]\s*)(so |and |but )?((should|do|must|shall|can|could|would) (i|we|you|one)\b|(has|have|need|is it)\b).{0,40}◆.{0,30}\b(before|after)\b.{0,20}◆"
            r"|(^|[.,;:?!]\s*)(is|are|does|do)\b.{0,12}◆.{0,20}\b(learn(ed|t)?|taught|studied|read|come|needed|covered|go)\b.{0,12}\b(before|after|first)\b.*◆"
            r"|\b(start|begin) with\b.{0,20}◆.*\bor\b.{0,14}◆"
            r"|\b(everyone|everybody|all|documents|roadmaps|sources)\b.{0,30}\b(agree|say|think|disagree)\b.*◆.*◆"
        ),
    ),
    (
        "before",
        re.compile(
            r"◆.*((应该?|该|要|得|需要?)先(学习?|看)(哪些|什么|啥)|先把?(哪|什么).{0,6}补|建立在(哪些|什么)|要?用到(哪些|什么|啥).{0,2}(数学|知识|基础|概念))"
            r"|\b(which|what) (maths?|mathematics|topics?|concepts?|knowledge|skills?)\b.{0,20}◆.{0,4}\b(require|need)\b|\blead(s|ing)? up to\b.{0,6}◆"
            r"|\bis\b.{0,6}◆.{0,6}\b(necessary|needed|required)\b.*◆|\b(have|need) to (know|understand|learn|study)\b.{0,6}◆.{0,4}\bfirst\b.*◆"
            r"|\bwhat\b.*\bin place before\b.*◆"
        ),
    ),
    (
        "after",
        re.compile(
            r"◆.*(后面还?有(什么|啥)|往(哪|哪个|什么).{0,4}(继续|走|发展)|之后\s*learn)|(?=.*◆).*\b(now what|what now)\b"
            r"|\bwhat to (study|learn)\b.{0,8}\b(once|after|when)\b.*◆|^\W*after\b.{0,5}◆\W*$|\bwhere (do|can|should) i go from\b.{0,5}◆"
        ),
    ),
    (
        "ready",
        re.compile(
            r"(?=.*(我|会|懂|学过|学完|学了|学会|了解|掌握|熟悉|搞定|基础)).*(可以|能|够|可不可以|能不能|是否可以)[^◆。？?]{0,6}(学习?|上手|开始|[看听弄搞]懂|跟上|看|读|进入)\s*◆"
            r".{0,6}(吗|么|嘛|没|不[？?]|[？?]|$)"
            r"|学习?\s*◆.{0,6}(太早|够格|够不够)|◆.{0,3}够格|准备好.{0,3}学\s*◆|跳到\s*◆.{0,4}(行不行|行吗|可以吗|好吗)"
            r"|\btoo (early|soon)\b.{0,30}◆|\bprepared (for|to)\b.{0,12}◆|\b(jump|skip)( straight| right)? (to|into)\b.{0,5}◆"
            r"|\b(can|could|would) i\b.{0,12}\b(follow|understand|grasp)\b.{0,8}◆"
            r"|\bready\b.{0,20}◆|\bready to\b|◆.{0,4}\b(now|yet)\s*\?"
            r"|\bknow enough\b.{0,25}◆|\benough (for|to)\b.{0,20}◆"
            r"|(?<!what )(?<!where )\b(can|may|could) i\b.{0,20}\b(learn|start|begin|study|take|go|tackle|move|jump|read|try|do)\b.{0,16}◆"
        ),
    ),
    (
        "path",
        re.compile(
            r"从.{0,40}◆.{0,10}(学到|走到|通往|到).{0,6}◆.*(学|走|路|顺序)|(学|走|路).*从.{0,40}◆.{0,10}到.{0,6}◆"
            r"|(怎么|怎样|如何|咋).{0,6}(才能)?(学到|走到|达到|通往)\s*◆"
            r"|到\s*◆.{0,8}(怎么|怎样|如何|还要|要|还差|还缺|中间).{0,4}(学|走|什么|哪些|多少)"
            r"|(想|要)学(习|会)?\s*◆.{0,12}(路线|路径|顺序|中间|怎么安排|怎样安排|还差|还缺|还要学)|(想|要)学(习|会)?\s*◆.*(怎么|怎样|如何)学"
            r"|◆\s*(->|→|=>)\s*◆|(零基础|0基础|从零|从头|小白).{0,6}(怎么|怎样|如何)学习?\s*◆|(学会|学到|到)\s*◆.{0,3}的?(最短)?(路径|路线)"
            r"|◆.*(一步步|一步一步|一环一环|先学(什么|啥),?后学(什么|啥))|(一步步|一步一步).{0,8}学.{0,3}◆"
            r"|\b(topics|steps|stops|lies?)\b.{0,12}\b(between|from)\b.{0,6}◆.*◆|◆.*◆.*\b(lie|are|come) (in )?between\b"
            r"|\bin (which|what) order (should|do|must) i\b.*◆|\bchain of topics\b.*◆|\bfrom (zero|scratch) to\b.{0,6}◆|\bpath (2|4)\s*◆"
            r"|\bfrom\b.{0,30}◆.{0,8}\bto\b.{0,10}◆.*\b(order|learn|study|path|steps|missing|need|between)\b"
            r"|\b(path|way|route|road)\b.{0,10}\b(to|towards?|from)\b.{0,25}◆"
            r"|\bhow\b.{0,16}\b(i|we|one|you|to)\b.{0,6}\b(get|go|reach|arrive|move|proceed|advance)\b.{0,30}◆"
            r"|\bwant to (learn|study|reach|get to)\b.{0,16}◆.*\b(how|what|path|order)\b"
        ),
    ),
)
# Without something known, these ask how a thing works, not for a way to learn it.
_KNOWING_ONLY = re.compile(
    r"\b(can|may|could|would) i\b(?!.*\b(jump|skip)\b)|◆.{0,4}\b(now|yet)\s*\?|\bwant to\b|想学|要学"
)
_PROFILES: tuple[tuple[Profile, re.Pattern[str]], ...] = (
    ("engineer", re.compile(r"工程师|工程|实战|落地|engineer|practition|hands-on")),
    ("researcher", re.compile(r"研究|进阶|有经验|高级|research|advanced|experienced")),
    ("beginner", re.compile(r"零基础|0基础|小白|初学|新手|入门|从零|beginner|newcomer|from (zero|scratch)|new to")),
)


def order_kind(masked: str) -> OrderKind | None:
    """Which question about order a message asks, or None; in the folded text every topic's name is written `◆`.

    >>> order_kind("◆和◆先学哪个?")
    'compare'
    """
    if intent_of(masked) in {"greeting", "quiz"}:
        return None
    for kind, pattern in _ORDERS:
        found = pattern.search(masked)
        if found and not (kind in {"ready", "path"} and _KNOWING_ONLY.search(found.group()) and not knows(masked)):
            return kind
    match intent_of(masked):
        case "next":
            return "after"
        case "before":
            return "before"
        case _:
            return None


def knows(masked: str) -> bool:
    """Whether a message says what its writer knows already, or that it is nothing."""
    return bool(_KNOWS.search(masked))


def profile_of(message: str) -> Profile:
    """For whom an answer about order is: whose own paths in the roadmaps come first; "" when the message does not say."""
    text = fold(message)
    return next((profile for profile, pattern in _PROFILES if pattern.search(text)), "")
