using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Detection;

/// <summary>DetectionPostProcess.</summary>
/// <param name="Detections">The most boxes that are kept.</param>
/// <param name="ClassesOfDetection">How many classes a box is told with where one suppression serves all classes.</param>
/// <param name="DetectionsOfClass">The most boxes of a class where each class has a suppression of its own.</param>
/// <param name="ByClass">Whether each class has a suppression of its own.</param>
/// <param name="LeastScore">The score that a box must reach.</param>
/// <param name="MostShare">The share of intersection in union above which the box with the lower score is left out.</param>
/// <param name="Classes">Classes, those in front of them, the background, not counted.</param>
/// <param name="ScaleY">What box centers and sizes are divided by.</param>
/// <param name="ScaleX">See <paramref name="ScaleY"/>.</param>
/// <param name="ScaleHeight">See <paramref name="ScaleY"/>.</param>
/// <param name="ScaleWidth">See <paramref name="ScaleY"/>.</param>
public sealed record DetectionPostProcessAttributes(
    int Detections, int ClassesOfDetection, int DetectionsOfClass, bool ByClass, float LeastScore, float MostShare, int Classes,
    float ScaleY, float ScaleX, float ScaleHeight, float ScaleWidth) : OperatorAttributes
{
    /// <summary>Rows of the result.</summary>
    public int Rows => Detections * ClassesOfDetection;
}
