create table test_secret (
    id         {id} not null primary key,
    word       text,
    word_index text,
    other      text
);
