import LabKit
import Testing

@Suite struct `A table` {
    @Test func `aligns its columns, numbers to the right`() {
        var table = TextTable("word", "count", "share")
        table.add("the", "12", "40 %")
        table.add("日本", "3", "7.5 %")
        table.add("a\n", "-1", "")
        #expect(
            table.text == """
                word  count  share
                ----  -----  -----
                the      12   40 %
                日本      3  7.5 %
                a\\n      -1

                """
        )
    }

    @Test func `without rows is its header`() {
        #expect(TextTable("a", "b").text == "a  b\n-  -\n")
        #expect(TextTable("").text == "\n\n")
    }
}
