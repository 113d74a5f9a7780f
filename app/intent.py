"""What a learner's message asks for, by rules; offline and in microseconds."""

import re

from app.values import Intent
from ingest.languages import fold

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
    r"|\bprerequisites?\b|\bbefore\b.{0,40}\b(learn|study|start|tackl|read|div)|\b(learn|study|know|need)\b.{0,30}\bbefore\b"
)
_NEXT = re.compile(
    r"(学完|学会|学过|学了|学好|掌握|搞懂|会了|看完|之后|以后|完了|后面|接下来|接着|然后|下一步).{0,24}(学什么|学啥|学哪|该学|学些什么|怎么学|看什么|做什么|干什么|干嘛|学习什么|是什么$)"
    r"|下一步(学|该|是|做|呢|？|\?|$)|接下来(学|该|呢|？|\?|$)"
    r"|\b(what|which|where)\b.{0,60}\bnext\b(?![- ](token|word|sentence|character|hidden|state|layer|item|element|input|position|time))"
    r"|\b(what|which|where)\b.{0,40}\b(learn|study|comes?|goes|follows?|read|tackle|topics?|(should|do|can|could|shall) (i|we) do)\b.{0,40}\bafter\b"
    r"|\bwhat('s| is)? after\b|\bnext (step|topic)|\bafter\b.{0,40}\bwhat\b|\b(learn|study|do) next\b|\bwhat's next\b"
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
