namespace EdgeAI.Compiler.Data;

/// <summary>
/// The bytes of a file for a decoder that takes the end for more bytes and would read on for ever: a few reads behind the end are answered as every stream answers them,
/// then an <see cref="EndOfStreamException"/> ends it.
/// </summary>
internal sealed class EndingStream(byte[] file) : MemoryStream(file, writable: false)
{
    /// <summary>Formats are told apart by their first bytes, which a small file need not have.</summary>
    private const int MostReadsBehind = 64;
    private int _readsBehind;

    /// <inheritdoc/>
    public override int ReadByte() => Checked(base.ReadByte(), end: -1);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Checked(base.Read(buffer, offset, count), end: 0);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Checked(base.Read(buffer), end: 0);

    private int Checked(int read, int end) =>
        read == end && ++_readsBehind > MostReadsBehind ? throw new EndOfStreamException("it ends too early") : read;
}
