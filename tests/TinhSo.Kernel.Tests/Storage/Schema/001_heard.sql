create table test_heard (
    id   {id} not null primary key,
    text text not null
);
