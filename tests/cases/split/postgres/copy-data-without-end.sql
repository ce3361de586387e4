COPY t FROM stdin;
1
2
3