
/* Who begins when: the operations of one turn run side by side, and the next turn begins when all of them have ended. */
static atomic_int turn;
static atomic_int ended;

static void wait_for(int wanted)
{
	while (atomic_load(&turn) != wanted)
		sched_yield();
}

/* With a command in DAXSCOPE_DUMP: a marker, and the command, while nobody touches the file. daxscope import --check compares what the tree was. */
static void look_behind(int which)
{
	const char *command = getenv("DAXSCOPE_DUMP");
	char tag[32];

	if (!command)
		return;
	snprintf(tag, sizeof(tag), "turn %d", which);
	say("dump: %s", tag);
	if (setenv("DAXSCOPE_TAG", tag, 1) || system(command))
		stop(command);
}

static void end_of(int which)
{
	if (atomic_fetch_add(&ended, 1) + 1 == members[which]) {
		look_behind(which);
		atomic_store(&ended, 0);
		atomic_fetch_add(&turn, 1);
	}
}

static void *run(void *argument)
{
	const struct thread *thread = argument;

	for (int at = 0; at < thread->count; at++) {
		int which = thread->turns[at];
		wait_for(which);
		thread->work(at);
		/* The next operation of the same turn follows at once. */
		if (at + 1 == thread->count || thread->turns[at + 1] != which)
			end_of(which);
	}
	return NULL;
}

#ifndef LTP
int main(int count, char **words)
{
	pthread_t all[THREADS];

	if (count != 2) {
		fprintf(stderr, "usage: %s FILE   (FILE is made anew; it should be on a file system that is mounted with -o dax)\n", words[0]);
		return 2;
	}
	open_all(words[1]);
	set_up();
	for (int at = 0; at < THREADS; at++)
		if (pthread_create(&all[at], NULL, run, (void *)&threads[at]))
			stop("pthread_create");
	for (int at = 0; at < THREADS; at++)
		pthread_join(all[at], NULL);
	say("workload end: daxscope");
	return 0;
}
#endif
