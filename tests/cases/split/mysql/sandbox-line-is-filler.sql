/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump
/*!40101 SET x = 1 */;