"""Turns worded by a model behind a real endpoint on loopback."""

import re
import time

import pytest

from app.tutor import Tutor
from app.values import Answer, Delta, Done, Event, Restarted
from ingest.settings import PROJECT
from tests.app.conftest import WithModel
from tests.model_server import ModelServer, Reply, Request

QUESTION = "什么是LSTM？"
DEFINITION = "是一种用三个门和一条加法更新的细胞状态来较长时间保存信息的循环神经网络"
USE = "中等长度的时间序列"


def _number(request: Request, words: str) -> int:
    """The number of the passage that has these words, in the prompt of a request."""
    passages = re.findall(r'<passage n="(\d+)"[^\n]*\n(.*?)\n</passage>', request["messages"][0]["content"], re.DOTALL)
    return next(int(n) for n, text in passages if words in text)


def _in_chinese(request: Request) -> Reply:
    what, use = _number(request, DEFINITION), _number(request, USE)
    return Reply(
        f"LSTM {DEFINITION}【{what}】。LSTM 适合{USE}[{use}, {what}]。"
        f"LSTM 有 97 个门[{what}][99]。蓝鲸是最大的动物[{use}]。月亮绕着地球转。"
    )


def _last(events: list[Event]) -> Answer:
    assert isinstance(events[-1], Done)
    return events[-1].answer


def _said(events: list[Event]) -> str:
    """What a reader of the deltas has on the screen: a restart voids what came before it."""
    said = ""
    for event in events:
        if isinstance(event, Delta):
            said += event.text
        elif isinstance(event, Restarted):
            said = ""
    return said


def test_the_models_answer_is_streamed_with_citations_renumbered(with_model: WithModel, server: ModelServer) -> None:
    server.script.append(_in_chinese)
    events = list(with_model().turn(QUESTION))
    answer = _last(events)
    assert answer.answer == (
        f"LSTM {DEFINITION}[1]。LSTM 适合{USE}[2][1]。LSTM 有 97 个门[1]。蓝鲸是最大的动物[2]。月亮绕着地球转。"
    )
    assert _said(events) == answer.answer
    assert len([event for event in events if isinstance(event, Delta)]) > 5
    assert (answer.mode, answer.model, answer.outcome, answer.notice) == ("llm", "scripted", "answered", "")
    assert re.fullmatch(r"answer-[0-9a-f]{8}", answer.prompt)


def test_each_claim_is_held_against_the_passages_it_cites(with_model: WithModel, server: ModelServer) -> None:
    server.script.append(_in_chinese)
    claims = with_model().answer(QUESTION).claims
    assert [claim.citations for claim in claims] == [(1,), (2, 1), (1,), (2,), ()]
    verdicts = [claim.verdict for claim in claims]
    assert verdicts[:2] == ["supported", "supported"]
    assert verdicts[2] != "supported"
    assert verdicts[3:] == ["unsupported", "unsupported"]


def test_the_citations_of_a_model_quote_the_documents(with_model: WithModel, server: ModelServer) -> None:
    server.script.append(_in_chinese)
    citations = with_model().answer(QUESTION).citations
    assert [citation.n for citation in citations] == [1, 2]
    assert DEFINITION in citations[0].quote
    for citation in citations:
        first, last = citation.lines
        path = PROJECT / "corpus" / f"{citation.document}.md"
        assert citation.quote in "\n".join(path.read_text("utf-8").split("\n")[first - 1 : last])


def test_a_quote_with_its_bold_marks_left_out_is_still_cited(with_model: WithModel, server: ModelServer) -> None:
    words = "决定旧细胞状态的每个分量保留多大比例"
    server.script.append(lambda request: Reply(f"遗忘门（forget gate）$f_t$ {words}[{_number(request, words)}]。"))
    answer = with_model().answer("遗忘门有什么作用")
    assert (answer.mode, answer.claims[0].verdict) == ("llm", "supported")
    assert words in answer.citations[0].quote


@pytest.mark.parametrize("odd", ["`weights[7]`", "$h[7]$", "[7](https://example.org)", "[7[99]]", "[98[99]]", "`x[0]`"])
def test_a_number_that_is_no_citation_harms_no_answer(with_model: WithModel, server: ModelServer, odd: str) -> None:
    server.script.append(lambda request: Reply(f"LSTM {DEFINITION}，{odd}[{_number(request, DEFINITION)}]。"))
    answer = with_model().answer(QUESTION)
    assert (answer.mode, answer.claims[0].citations) == ("llm", (1,))
    assert [citation.n for citation in answer.citations] == [1]


FAILURES: list[tuple[Reply, str]] = [
    (Reply(status=401), "模型服务拒绝了密钥"),
    (Reply(status=403), "模型服务拒绝了密钥"),
    (Reply(status=404), "模型服务没有这个模型"),
    (Reply(status=429, headers={"Retry-After-Ms": "1"}), "模型服务正在限流"),
    (Reply(status=500), "模型服务出了故障"),
    (Reply(hang=True), "模型服务没有及时回应"),
    (Reply("LSTM 是一种循环神经网络。", delay=3), "模型服务没有及时回应"),
    (Reply("LSTM 是一种循环神经网络。", broken=True), "模型服务返回的内容无法读取"),
    (Reply("LSTM 是一种循环神经网络。", stop_after=0), "模型的回答中途断了"),
    (Reply("LSTM 是一种循环神经网络。", stop_after=2), "模型的回答中途断了"),
    (Reply("LSTM 是一种循环神经网络。", finish_reason=None), "模型的回答中途断了"),
    (Reply(""), "模型没有给出内容"),
    (Reply(" \n "), "模型没有给出内容"),
    (Reply("An LSTM is a recurrent neural network with three gates and a cell state."), "模型没有用中文回答"),
]


@pytest.mark.parametrize(("reply", "reason"), FAILURES, ids=lambda value: str(value)[:40])
def test_a_failing_model_gives_way_to_quotes_and_the_notice_says_why(
    with_model: WithModel, server: ModelServer, tutor: Tutor, reply: Reply, reason: str
) -> None:
    server.script.append(reply)
    timeout = 0.4 if reply.hang or reply.delay else 10
    events = list(with_model(timeout=timeout).turn(QUESTION))
    answer = _last(events)
    [restarted] = [event for event in events if isinstance(event, Restarted)]
    assert answer.notice == restarted.reason == f"{reason}，下面改用语料库的原句回答。"
    assert (answer.mode, answer.outcome, answer.model) == ("extractive", "answered", "")
    assert _said(events) == answer.answer == tutor.answer(QUESTION).answer


def test_an_endpoint_that_is_down_gives_way_to_quotes(with_model: WithModel, server: ModelServer) -> None:
    with ModelServer() as gone:
        address = gone.url
    answer = with_model(address).answer("What is an LSTM?")
    assert answer.mode == "extractive"
    assert answer.notice == (
        "The model's endpoint cannot be reached; here is the answer in the corpus's own sentences instead."
    )
    assert answer.citations


def test_a_question_off_the_subject_never_reaches_the_model(with_model: WithModel, server: ModelServer) -> None:
    assert with_model().answer("今天天气怎么样").outcome == "not_found"
    assert with_model().answer("学完RNN学什么").mode == "extractive"
    assert server.requests == []


def test_a_reader_who_leaves_closes_the_request(with_model: WithModel, server: ModelServer) -> None:
    server.script.append(Reply("很长的回答。" * 100, delay=0.02))
    turn = with_model().turn(QUESTION)
    next(event for event in turn if isinstance(event, Delta))
    turn.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 5
    while not server.disconnects and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.disconnects == 1


@pytest.mark.parametrize(("key", "sent"), [("secret", "Bearer secret"), ("", "Bearer none")])
def test_the_key_goes_to_the_endpoint_only_as_a_header(
    with_model: WithModel, server: ModelServer, key: str, sent: str
) -> None:
    server.script.append(_in_chinese)
    answer = with_model(key=key).answer(QUESTION)
    assert server.keys == [sent]
    assert "secret" not in answer.model_dump_json() + str(server.requests)
