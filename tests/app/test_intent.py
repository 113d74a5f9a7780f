"""What a message asks for."""

import pytest

from app.intent import intent_of
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
