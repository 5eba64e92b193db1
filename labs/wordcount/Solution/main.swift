print("wordcount")
