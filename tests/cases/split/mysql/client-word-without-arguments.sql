status quo;
quit
