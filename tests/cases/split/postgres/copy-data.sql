COPY public.t (a, b) FROM stdin;
1	it's; fine
2	\N
\.
SELECT 1;