/*!40101 SET NAMES utf8 */;
/*M!100100 SET x = 1 */;
/*!50003 SELECT ';' */;