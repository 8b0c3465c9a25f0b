-- Stems of posts (fedi/search_words.py), each once a post; those of the title have the weight A.
CREATE TABLE search_index (
    post_id $id PRIMARY KEY,
    words   tsvector NOT NULL
);
CREATE INDEX search_index_words ON search_index USING gin (words);
