"""The tutor: one turn of conversation, quizzes, next steps, the page and the command line. Never imports `evals`."""
