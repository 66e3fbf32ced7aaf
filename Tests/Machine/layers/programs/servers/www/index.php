<?php
header('Content-Type: text/plain');
echo 'php ', preg_match('/^h(.*)o$/', 'hello', $match) ? $match[1] : '', ' ', array_sum([40, 2]), "\n";
