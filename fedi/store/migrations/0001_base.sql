-- Who makes ids: each process that writes leases one of 64 slots. A slot's next lease begins where its last one ended, so
-- no millisecond of a slot is ever leased twice.
CREATE TABLE process_slots (
    slot         $id PRIMARY KEY,
    holder       $text NOT NULL,
    leased_until $time NOT NULL
);
