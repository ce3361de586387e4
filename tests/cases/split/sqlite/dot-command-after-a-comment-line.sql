-- x
.read file.sql
