-- The language of what somebody writes, where it is not that of the pages she reads.
ALTER TABLE accounts ADD COLUMN post_language $text;
