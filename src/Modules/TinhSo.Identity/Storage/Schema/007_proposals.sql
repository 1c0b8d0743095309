-- One row a change that one person proposes and another decides. "what" is the change as JSON, "lines" what people
-- read of it. That a proposal has expired follows from its time and is not stored.
create table identity_proposal (
    id          {id}      not null primary key,
    kind        text      not null,
    unit        text      not null,
    title_vi    text      not null,
    title_en    text      not null,
    what        text      not null,
    lines       text      not null,
    reason      text      not null,
    folded      text      not null,
    state       text      not null,
    proposed_by text      not null,
    proposed_at {instant} not null,
    expires_at  {instant} not null,
    decided_by  text,
    decided_at  {instant},
    note        text,
    alone       {flag}    not null
);

create index identity_proposal_state on identity_proposal (state, kind, unit);
create index identity_proposal_proposer on identity_proposal (proposed_by, state);
