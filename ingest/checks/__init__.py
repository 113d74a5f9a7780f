"""What `tutor corpus check` holds a corpus to; each module judges one aspect and yields Problems."""
