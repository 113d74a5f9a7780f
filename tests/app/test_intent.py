"""What a message asks for."""

import pytest

from app.intent import OrderKind, intent_of, order_kind, profile_of
from app.values import Intent

UTTERANCES: dict[Intent, tuple[str, ...]] = {
    "greeting": (
        "你好",
        "您好！",
        "嗨",
        "谢谢",
        "谢谢你！",
        "早上好",
        "hi",
        "Hello!",
        "hey there",
        "Thanks",
        "thank you!",
        "Good morning",
    ),
    "quiz": (
        "考考我Transformer",
        "考我一下LSTM",
        "测测我对注意力的理解",
        "给我出几道RNN的题",
        "来五道题",
        "我想做几道GRU的题",
        "出一套關於LSTM的測驗",
        "来个小测",
        "Quiz me on transformers",
        "test me on LSTM",
        "Give me some questions about attention",
        "Can I have a quiz on RNNs?",
        "ask me a question about GRU",
    ),
    "next": (
        "学完RNN学什么",
        "学完RNN之后该学什么？",
        "學完RNN學什麼",
        "RNN学完了，接下来学什么",
        "掌握了注意力机制以后学什么好",
        "LSTM之后学什么？",
        "下一步学什么",
        "接下来呢？",
        "会了Transformer，然后该学什么",
        "看完RNN看什么",
        "What should I learn after RNN?",
        "what comes after attention",
        "What's next?",
        "What do I study next",
        "After LSTM, what should I learn?",
        "which topic follows after backpropagation",
        "next step after transformers?",
    ),
    "before": (
        "学Transformer之前要学什么",
        "学LSTM前需要先学什么？",
        "Transformer的前置知识",
        "学RAG需要什么基础",
        "要先学RNN吗",
        "Transformer 的先修课程有哪些",
        "學Transformer之前要先學什麼",
        "What are the prerequisites of attention?",
        "What should I learn before transformers?",
        "What do I need to know before RAG?",
        "before LSTM, what should I study?",
    ),
    "explain": (
        "什么是LSTM？",
        "为什么需要位置编码",
        "LSTM和GRU有什么区别",
        "怎么计算注意力分数",
        "注意力是什么",
        "RNN为什么记不住很久以前的内容",
        "Transformer之前的模型有什么问题",
        "什么时候应该用RAG",
        "Transformer的编码器后面接什么",
        "反向传播之后参数怎么更新",
        "What is an RNN?",
        "Why do transformers need positional encoding?",
        "How does attention work?",
        "What is the difference between LSTM and GRU?",
        "Explain backpropagation",
        "What happens after the softmax?",
        "Why is layer norm applied before attention?",
        "What is next-token prediction?",
        "What is a test set?",
        "How do I compute the next hidden state?",
        "hi, what is an RNN?",
        "谢谢，那GRU呢",
        "例题怎么做",
        "训练RNN会出现什么问题",
        "LSTM的提出解决了什么难题",
        "RNN的输出有什么问题",
        "What is next sentence prediction in BERT?",
        "What does the decoder do after masked attention?",
    ),
}


@pytest.mark.parametrize(
    ("message", "intent"),
    [(message, intent) for intent, messages in UTTERANCES.items() for message in messages],
)
def test_a_message_is_understood(message: str, intent: Intent) -> None:
    assert intent_of(message) == intent


@pytest.mark.parametrize("message", ["学完RNN学什么", "What should I learn after RNN?"])
def test_case_width_and_surrounding_space_do_not_matter(message: str) -> None:
    wide = message.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert intent_of(f"  {wide.upper()}  ") == "next"


ORDERS: dict[OrderKind, tuple[str, ...]] = {
    "after": ("学完◆学什么", "◆学完之后呢？", "what can i learn with ◆ now that i know it", "which topics build on ◆?"),
    "before": (
        "学◆之前要学什么",
        "想学◆，先要掌握哪些内容",
        "prereqs for ◆",
        "what background does ◆ need?",
        "what comes before ◆?",
    ),
    "path": (
        "我会◆，怎样学到◆?",
        "从◆到◆怎么学",
        "how do i get from ◆ to ◆",
        "what is the learning path to ◆?",
        "◆ -> ◆",
        "i know ◆ and want to learn ◆, in which order?",
    ),
    "ready": ("我会◆和◆，可以学◆了吗?", "学过◆，能直接学◆吗", "am i ready for ◆?", "i know ◆, can i start ◆?"),
    "compare": (
        "◆和◆先学哪个?",
        "◆跟◆谁先谁后",
        "先学◆还是先学◆",
        "大家都同意先学◆再学◆吗?",
        "◆ or ◆ first?",
        "should i learn ◆ before ◆?",
        "which comes first, ◆ or ◆?",
        "do all roadmaps agree that ◆ comes before ◆?",
    ),
    "where": ("我会◆和◆，我在哪个阶段", "i know ◆, which stage am i in?"),
    "plan": ("给我一个8周学到◆的计划", "make me a 6 week plan to learn ◆", "◆的学习计划"),
}


@pytest.mark.parametrize(("masked", "kind"), [(text, kind) for kind, texts in ORDERS.items() for text in texts])
def test_a_question_about_order_is_told_by_its_frame(masked: str, kind: OrderKind) -> None:
    assert order_kind(masked) == kind


@pytest.mark.parametrize(
    "masked",
    [
        "什么是◆",
        "◆和◆有什么区别",
        "◆能学到什么吗",
        "why is ◆ applied before ◆?",
        "is ◆ computed before ◆?",
        "你好",
        "考考我◆",
    ],
)
def test_other_questions_are_not_about_order(masked: str) -> None:
    assert order_kind(masked) is None


@pytest.mark.parametrize(
    ("message", "profile"),
    [
        ("零基础怎么学", "beginner"),
        ("I am a beginner", "beginner"),
        ("我是后端工程师", "engineer"),
        ("进阶一点", "researcher"),
        ("学完RNN学什么", ""),
    ],
)
def test_a_message_says_for_whom_an_answer_is(message: str, profile: str) -> None:
    assert profile_of(message) == profile
