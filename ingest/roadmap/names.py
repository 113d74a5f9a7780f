"""Resolves a name as written to topics: to a known one only where its name covers what is written."""

import re
from functools import lru_cache
from importlib.resources import files

from ingest.glossary import Glossary
from ingest.languages import HAN, fold, stop_words
from ingest.roadmap.markers import read_duration, read_marker
from ingest.roadmap.plain import plain, singular
from ingest.values import Topic

_BRACKETS = re.compile(r"[（(\[【](?P<inside>[^（()）\[\]【】]*)[）)\]】]")
_LIST = re.compile(r"\s*(?:、|，|,|;|；|／|\||｜)\s*|\s+(?:/|\+|＋)\s+")
_AND = re.compile(r"\s+and\s+|\s*(?:&|/|\+|与|和|及|以及)\s*", re.IGNORECASE)
_PHRASES = re.compile(r"\bdeep[- ]dives?(?: into)?\b|\bcrash course\b|\bgetting started(?: with)?\b|\bfrom scratch\b")
_PARTICLES = "的与和及其等在中之"
_WORD = re.compile(r"[a-z][a-z0-9'’.+#-]*|[\d.]+|[\u3400-\u9fff\uf900-\ufaff]+")
_NO_NAME = re.compile(
    r"[。！？!?]|https?://|\.(?:md|py|ipynb|html|json|txt)\b|[=<>{}$\\≥≤→⇒]|->|^\W*$|^(?:如果|请|可以|可自行|大部分|其他|关于)"
)
_PRODUCT = re.compile(r"[a-z][A-Z]|[A-Z][a-z]+[A-Z]")
_EXAMPLE = re.compile(r"^(?:e\.?g\.?|例如|如|比如|such as|via|using|用)", re.IGNORECASE)
_FOCUS = re.compile(r"^(?:重点|包括|包含|含|including|incl\.|focus|covers?)\s*(?:on\s+)?[:：]?\s*", re.IGNORECASE)
_TASK = re.compile(
    r"^(?:再|先|然后|最后)?\s*(?:build|write|complete|implement|create|finish|deploy|design|train|develop|make|set up|install|read|watch|do|try|add|clean|finali[sz]e|upgrade|use|run|join|start|choose|follow|prepare|solve|practice|submit|apply|contribute|reproduce|explain|compare)\s"
    r"|^(?:再|先|然后|最后)?\s*(?:完成|实现|使用|验证|加载|配置|调用|通过|编写|搭建|阅读|尝试|参与|构建|开发|撰写|创建|安装|优化现有|重构|为项目|能够|能(?=说|用|画|独立|解释|定位|根据|手|判断|看)|会(?=用|写|看)|产出|加入|跟踪|分享|建立|做(?=一|个|出|完)|写(?=一|个|出|完)|用(?=\s*[A-Za-z《]|一|于|来)|看(?=完|懂|一|论文)|选(?=择|定|一)|定期|每(?=天|周|日|个)|不要|请|动手|(?:先|再)(?![进验前])[^、]|关注|坚持|记录)(?!场景|自动|深度)",
    re.IGNORECASE,
)
_MOST_WORDS = 6
_MOST_HAN = 14
_LONGEST = 60


@lru_cache(maxsize=2)
def _words(name: str) -> tuple[frozenset[str], re.Pattern[str]]:
    text = files("ingest.roadmap").joinpath(name).read_text("utf-8")
    words = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    han = sorted((word for word in words if HAN.search(word)), key=len, reverse=True)
    return frozenset(words), re.compile("|".join(map(re.escape, han)))


def is_generic(text: str) -> bool:
    """Whether a text only says how something is learned: `基础入门`, `Introduction to the basics`, `2 weeks`."""
    words, han = _words("generic.txt")
    return all(
        word in words
        or word in stop_words()
        or word[0].isdigit()
        or (bool(HAN.match(word)) and not han.sub("", word).strip(_PARTICLES))
        for word in _WORD.findall(_PHRASES.sub(" ", fold(text)))
    )


def is_vague(text: str) -> bool:
    """Whether a text names nothing to learn: `工程实战`, `Practice project`, `Advanced topics`."""
    words, han = _words("vague.txt")
    kept = [word for word in _WORD.findall(fold(text)) if word not in words]
    return is_generic(" ".join(han.sub(" ", word) for word in kept))


class Names:
    """The topics that names lead to; remembers the names that no entry of the glossary covers, in order."""

    def __init__(self, glossary: Glossary) -> None:
        self.glossary = glossary
        self.unknown: dict[str, str] = {}

    def topics(self) -> list[Topic]:
        """A topic for every unknown name, with the name in both languages."""
        return [Topic(id=name, zh=written, en=written) for name, written in self.unknown.items()]

    def shown(self, identifier: str) -> str:
        """The id of a known topic, or an unknown name as it was first written."""
        return self.unknown.get(identifier, identifier)

    def known(self, text: str) -> str:
        """The one topic whose name covers the text apart from generic words and notes in brackets; "" for none."""
        text = singular(text)
        bare = _BRACKETS.sub(" ", text)
        for candidate in dict.fromkeys((text, bare)):
            mentions = self.glossary.find(candidate)
            if mentions and len({mention.topic for mention in mentions}) == 1:
                rest = list(candidate)
                for mention in mentions:
                    rest[mention.start : mention.end] = [" "] * (mention.end - mention.start)
                if is_generic("".join(rest)):
                    return mentions[0].topic
        return ""

    def station(self, text: str) -> list[str]:
        """The ids of what a station of a path, an item or a node names; an unknown name gets an id of its own.

        >>> Names(glossary).station("RNN、LSTM（长短期记忆网络）")
        ['rnn', 'lstm']
        """
        name = clean_name(text)
        return list(dict.fromkeys(self._resolve(name))) if name else []

    def _resolve(self, name: str) -> list[str]:
        inside = [match["inside"].strip() for match in _BRACKETS.finditer(name)]
        outer = re.sub(r"\s+", " ", _BRACKETS.sub(" ", name)).strip(" ·-–—")
        found = self._outer(outer) if outer else []
        noted = [topic for note in inside for topic in self._note(note)]
        only_unknown = bool(found) and all(topic in self.unknown for topic in found)
        if noted and only_unknown and len(inside) == 1 and _is_alias(outer, inside[0]):
            for topic in found:
                self.unknown.pop(topic, None)
            return noted
        return [*found, *noted]

    def _outer(self, name: str) -> list[str]:
        topic = self.known(name)
        if topic:
            return [topic]
        parts = [part for part in _LIST.split(name) if part.strip()]
        if len(parts) > 1:
            return [topic for part in parts for topic in self._outer(part)]
        both = [part for part in _AND.split(name) if part]
        known = [self.known(part) for part in both]
        words = any(known) and not any(re.search(r"\s|[\u3400-\u9fff]", part) for part in both)
        if len(both) > 1 and (all(known) or ("/" in name and words)):
            return [topic for part in both for topic in self._outer(part)]
        return self._add(name)

    def _note(self, note: str) -> list[str]:
        """The known topics that a note in brackets consists of."""
        if _EXAMPLE.match(note):
            return []
        return [topic for part in _LIST.split(_FOCUS.sub("", note)) if (topic := self.known(part))]

    def _add(self, name: str) -> list[str]:
        identifier = name_id(name)
        if identifier in self.glossary.entries:
            return [identifier]
        if not is_name(name) or not identifier:
            return []
        self.unknown.setdefault(identifier, name)
        return [identifier]


def _is_alias(outer: str, inside: str) -> bool:
    """Whether a name in brackets is another name of what stands before it: `参数高效微调（PEFT）`, not `模型服务（vLLM）`."""
    if _LIST.search(inside) or _PRODUCT.search(inside):
        return False
    initials = "".join(word[0] for word in re.findall(r"[A-Za-z]+", outer)).lower()
    return bool(HAN.search(outer)) != bool(HAN.search(inside)) or fold(inside).replace(".", "") == initials


def name_id(name: str) -> str:
    """An id made of a name: kebab-case where it is Latin, the folded text where it has Chinese characters."""
    return "-".join(re.findall(r"[\w+#]+", fold(name)))


def clean_name(text: str) -> str:
    """A name without Markdown, its number, its duration and a label or box drawn around it; "" when none is left."""
    name = re.sub(r"^[（(][^）)]*[）)]\s*(?=\S)", "", plain(text).strip(" │┃|[]"))
    marker = read_marker(name)
    if marker and (marker.title or not marker.family):
        name = marker.title
    name = re.sub(r"^(?:或者?|e\.g\.|i\.e\.|例如|比如)\s*", "", read_duration(name)[1])
    return name.strip(" .,，;；:：。…\"'“”")


def is_name(name: str) -> bool:
    """Whether a text is short and plain enough to be the name of something to learn."""
    if _NO_NAME.search(name) or len(name) > _LONGEST or is_vague(name) or len(fold(name)) < 2:
        return False
    han = len(HAN.findall(name))
    latin = len(re.findall(r"[A-Za-z0-9][^\s]*", name))
    return han <= _MOST_HAN and latin <= _MOST_WORDS


def is_task(name: str) -> bool:
    """Whether a text tells to do something: `完成一个小项目`, "Build a chatbot"."""
    return bool(_TASK.match(name))
