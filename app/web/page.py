"""One page in one language: its parts laid out and wired to each other."""

import gradio as gr

from app.texts import text
from app.web.chat import Chat
from app.web.conversations import Conversations
from app.web.desk import Desk
from app.web.parts import Parts
from app.web.quiz import QuizCard
from app.web.render import frame
from app.web.render.markdown import DELIMITERS
from app.web.render.sources import panel
from app.web.sources import Sources
from ingest.values import Language

_THREADS = 128
_TURNS_AT_ONCE = 64
_WAITING = 512
_FONT = ("system-ui", "-apple-system", "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Noto Sans Mono CJK SC", "monospace")
# A button of the page has the name of the event that it triggers; the quoted names make them known to gradio.
_BRIDGE = """
const names = ["ask", "retry", "stop", "open", "new", "delete", "cite",
               "quiz", "quiz_check", "quiz_next", "quiz_again", "quiz_close"];
window.tutor.connect(names, trigger);
"""


def build_page(desk: Desk, language: Language) -> gr.Blocks:
    """The page; every handler checks what it is sent, since each is an endpoint anyone can call."""
    page = gr.Blocks(title=text("page_title", language), analytics_enabled=False, fill_width=True)
    with page:
        parts = _lay_out(language)
        chat = Chat(parts, desk, language)
        chat.wire()
        Conversations(chat).wire(page)
        Sources(parts, desk, language).wire()
        QuizCard(parts, desk, language).wire()
    # Gradio's own limit on threads (40) holds for all handlers together, the waiting ones too.
    page.max_threads = _THREADS
    page.queue(default_concurrency_limit=_TURNS_AT_ONCE, max_size=_WAITING, api_open=False)
    return page


def theme() -> gr.themes.Base:
    """Only fonts of the system; colours are in page.css."""
    return gr.themes.Base(font=_FONT, font_mono=_MONO)


def _lay_out(language: Language) -> Parts:
    gr.HTML(frame.header(language), elem_id="header", apply_default_css=False)
    drawer = gr.HTML(frame.drawer((), "", language), elem_id="drawer", apply_default_css=False)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk"):
            welcome = gr.HTML("", elem_id="welcome", apply_default_css=False)
            messages = gr.Chatbot(
                label=text("page_chat", language),
                elem_id="chat",
                show_label=False,
                container=False,
                height=None,
                layout="panel",
                autoscroll=False,
                buttons=[],
                allow_tags=False,
                feedback_options=None,
                latex_delimiters=DELIMITERS,
                group_consecutive_messages=False,
            )
            quiz_card = _text("quiz")
            tail = _text("tail")
            with gr.Row(elem_id="composer"):
                box = gr.Textbox(
                    elem_id="box",
                    label=text("page_box", language),
                    placeholder=text("page_box_hint", language),
                    show_label=False,
                    container=False,
                    lines=1,
                    max_lines=8,
                    autofocus=True,
                    scale=1,
                )
                send = gr.Button(text("page_send", language), elem_id="send", scale=0, min_width=0)
                gr.Button(text("page_stop", language), elem_id="stop", scale=0, min_width=0)
        with gr.Column(elem_id="side"):
            panel_text = _text("sources", panel((), "", 0, language))
    return Parts(
        bridge=gr.HTML("", elem_id="bridge", js_on_load=_BRIDGE),
        conversation=gr.Textbox("", elem_id="conversation", visible="hidden"),
        chat=messages,
        box=box,
        send=send,
        welcome=welcome,
        tail=tail,
        quiz=quiz_card,
        sources=panel_text,
        drawer=drawer,
    )


def _text(name: str, value: str = "") -> gr.Markdown:
    """A place for HTML of ours with formulas in it; gradio draws them in its Markdown only."""
    return gr.Markdown(value, elem_id=name, latex_delimiters=DELIMITERS)
