COPY t FROM stdin\g
1
\.
