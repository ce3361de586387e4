CREATE TABLE t (
  a int, -- x;
  b text /* ; */
)
ENGINE=InnoDB;
