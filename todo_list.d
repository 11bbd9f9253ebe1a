todo_list.o: agent/ingest/todo_list.c agent/ingest/todo_list.h

agent/ingest/todo_list.h:
