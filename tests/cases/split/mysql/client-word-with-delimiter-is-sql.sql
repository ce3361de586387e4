USE db;
HELP 'x';