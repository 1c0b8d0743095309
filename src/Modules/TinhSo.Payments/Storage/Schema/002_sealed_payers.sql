-- Who paid is stored sealed. A script has no key: it marks what is there, and the program seals it before anybody reads it.
update payments_notice set payer_name = 'plain.' || payer_name where payer_name is not null;
update payments_notice set payer_account = 'plain.' || payer_account where payer_account is not null;
