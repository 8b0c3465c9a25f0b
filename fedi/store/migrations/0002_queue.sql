-- Work to be done, committed together with what caused it.

CREATE TABLE jobs (
    id           $serial,
    kind         $text NOT NULL,
    lane         $text NOT NULL,
    host         $text NOT NULL,
    args         $json NOT NULL,
    ordering_key $text NOT NULL,
    holds        $bool NOT NULL,
    run_at       $time NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    dead_at      $time,
    error        $text
);
CREATE INDEX jobs_thread ON jobs (ordering_key, id) WHERE dead_at IS NULL;
CREATE INDEX jobs_dead ON jobs (dead_at, id) WHERE dead_at IS NOT NULL;

-- A thread is a causal order: the jobs of one ordering key run one after the other. A claim takes threads, so that it
-- never walks the jobs waiting behind a head. While a thread is leased, `due_at` is when the lease runs out.
CREATE TABLE threads (
    ordering_key $text PRIMARY KEY,
    lane         $text NOT NULL,
    host         $text NOT NULL,
    due_at       $time NOT NULL,
    pending      INTEGER NOT NULL,
    lease        $id
) $clustered;
CREATE INDEX threads_due ON threads (lane, due_at);
CREATE INDEX threads_host ON threads (host, due_at) WHERE host <> '';
CREATE INDEX threads_leased ON threads (host, due_at) WHERE lease IS NOT NULL AND host <> '';

-- How the other servers answer. A row exists only for a host something was to be delivered to.
CREATE TABLE hosts (
    host            $text PRIMARY KEY,
    paused_until    $time,
    pauses          INTEGER NOT NULL DEFAULT 0,
    failures        INTEGER NOT NULL DEFAULT 0,
    failing_since   $time,
    last_success_at $time,
    last_failure_at $time,
    last_error      $text,
    unavailable_at  $time
);

-- What is done every so often; the row is unique, so any number of workers does it once.
CREATE TABLE periodic (
    name    $text PRIMARY KEY,
    next_at $time NOT NULL
);
