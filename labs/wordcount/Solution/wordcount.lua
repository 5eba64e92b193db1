#!lua name=wordcount
