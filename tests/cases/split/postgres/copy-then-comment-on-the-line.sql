COPY t FROM stdin; -- rows
1
\.
