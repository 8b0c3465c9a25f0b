-- With which program somebody of ours has written a post. The program itself may be forgotten before the post is.

CREATE TABLE post_applications (
    post_id $id PRIMARY KEY REFERENCES posts (id),
    name    $text NOT NULL,
    website $text
);
