/// The bounds of this room, each with its unit in its name.
public enum Limit {
    /// A longer word is refused: it must be held in memory as a whole, and is no word.
    public static let wordBytesMax = 16 << 20

    /// A longer header row of a CSV file is refused: its names are held in memory.
    public static let headerBytesMax = 1 << 20

    /// A longer row of a CSV file is refused where files are counted in chunks: a chunk holds a whole
    /// row at least.
    public static let rowBytesMax = 64 << 20

    /// More than so many of the most frequent words are found by sorting all of them.
    static let topBySearchMax = 1000

    /// Fewer words than so many are put into byte order by comparing them.
    static let radixSortMin = 500

    /// Input is read in steps of this size, which stay in a core's second-level cache.
    static let stepBytes = 64 << 10
}
