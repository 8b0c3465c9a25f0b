-- Stems of posts (fedi/search_words.py), each once a post, parted by spaces: the plainest tokeniser will do.
CREATE VIRTUAL TABLE search_index USING fts5 (
    title,
    body,
    tokenize = "ascii",
    detail = column,
    columnsize = 0
);
