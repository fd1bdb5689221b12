namespace EdgeAI.Compiler.Diagnostics;

/// <summary>21xx: calibration data, test data and labels.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>No file or folder at the path.</summary>
    public static readonly DiagnosticDescriptor DataMissing = Error("EAI2101", "Data not found",
        "{0} names '{1}', where there is no file or folder. Correct the path (relative paths start at the project's folder).");

    /// <summary>The file is damaged or of another format.</summary>
    public static readonly DiagnosticDescriptor DataNotReadable = Error("EAI2102", "Data cannot be read",
        "'{0}' cannot be read: {1}. Make the file anew: pictures and sound with the program they come from, arrays with numpy.save, numpy.savez or as comma-separated numbers.");

    /// <summary>The format is not among those that are read.</summary>
    public static readonly DiagnosticDescriptor DataFormat = Error("EAI2103", "Data format not supported",
        "'{0}' is not in a format that is read here (.npy, .npz, .csv, .wav, .png, .jpg, .bmp, or a folder of them, or test_data_set_*/input_0.pb). Convert it, for instance with numpy.save.");

    /// <summary>The extents do not fit the model's input.</summary>
    public static readonly DiagnosticDescriptor DataShape = Error("EAI2104", "Data of the wrong shape",
        "'{0}' has shape {1}, and {2} '{3}' of the model has shape {4}. Give one sample as {4}, or many with a first axis that counts them: {5}.{6}");

    /// <summary>The element type does not fit the model's input.</summary>
    public static readonly DiagnosticDescriptor DataType = Error("EAI2105", "Data of the wrong type",
        "'{0}' holds {1}, and {2} '{3}' of the model takes {4}. Convert it, for instance with array.astype('{4}') and the scaling that the model was trained with.");

    /// <summary>No samples.</summary>
    public static readonly DiagnosticDescriptor DataEmpty = Error("EAI2106", "Data without samples",
        "{0} '{1}' holds no sample for {2}. Add samples, or leave {0} out.");

    /// <summary>Inputs disagree in the number of samples.</summary>
    public static readonly DiagnosticDescriptor DataCounts = Error("EAI2107", "Different numbers of samples",
        "'{0}' holds {1} samples and '{2}' holds {3}. Each input and output needs as many as the others.");

    /// <summary>NaN or infinity in inputs.</summary>
    public static readonly DiagnosticDescriptor DataNotFinite = Error("EAI2108", "Data with NaN or infinity",
        "'{0}' has a value that is not finite in sample {1} (element {2}). Remove the sample or repair the recording.");

    /// <summary>Labels do not fit.</summary>
    public static readonly DiagnosticDescriptor LabelCount = Error("EAI2109", "Labels do not match the test data",
        "'{0}' holds {1} labels for {2} test cases. Give one label for each case, in the same order.");

    /// <summary>A label is no class.</summary>
    public static readonly DiagnosticDescriptor LabelRange = Error("EAI2110", "Label is not a class of the model",
        "Label {0} of case {1} in '{2}' is not a class: the model's output '{3}' has {4} classes, 0 to {5}. Number the classes from 0.");

    /// <summary>Labels that are no whole numbers.</summary>
    public static readonly DiagnosticDescriptor LabelNotReadable = Error("EAI2111", "Labels cannot be read",
        "'{0}' cannot be read as labels: {1}. Give whole numbers: a .npy of integers, or text with one number a line.");

    /// <summary>A constant recording.</summary>
    public static readonly DiagnosticDescriptor DataConstant = Warning("EAI2112", "Calibration data is constant",
        "Every calibration value of input '{0}' is {1}: the ranges say nothing about real data. Record inputs as the device sees them.");

    /// <summary>One array for a model of several inputs, or an input without an array.</summary>
    public static readonly DiagnosticDescriptor DataInputs = Error("EAI2113", "Data does not name every input",
        "'{0}' has no array for input '{1}' (the model has {2}: {3}). Give a folder or .npz with an array for each, named input_0, input_1, … or as the inputs are.");

    /// <summary>A picture of another size.</summary>
    public static readonly DiagnosticDescriptor ImageSize = Error("EAI2118", "Picture of the wrong size",
        "'{0}' is {1} pixels wide and {2} high, and input '{3}' of the model takes {4} by {5}. Scale or cut it as the device does with what its camera delivers.");

    /// <summary>A picture of other channels.</summary>
    public static readonly DiagnosticDescriptor ImageChannels = Error("EAI2119", "Channels of a picture do not fit",
        "'{0}' does not fit: {1}, and input '{2}' of the model takes {3} channels without transparency. Convert it as the device does with what its camera delivers.");

    /// <summary>A picture for an input that is no image.</summary>
    public static readonly DiagnosticDescriptor ImageInput = Error("EAI2120", "Picture for an input that is no image",
        "'{0}' is a picture, and input '{1}' of the model has shape {2}: neither height and width, nor these with 1 or 3 channels. Give arrays, for instance with numpy.save.");

    /// <summary>Nobody said what a pixel becomes.</summary>
    public static readonly DiagnosticDescriptor ImageNormalizationMissing = Error("EAI2121", "Normalization of pictures not declared",
        "'{0}' is a picture for input '{1}', and ImageNormalization (--normalization of the tool) is not set. Set it to what the model was trained with: {2}.");

    /// <summary>Folders are classes.</summary>
    public static readonly DiagnosticDescriptor ClassesOfFolders = Note("EAI2122", "Labels from folders",
        "The folders of '{0}' are the labels of its samples, by {1}: {2}. Where the model's output counts its classes otherwise, set TestLabels to a text file with their names, one a line.");

    /// <summary>A folder that is no class.</summary>
    public static readonly DiagnosticDescriptor ClassFolderUnknown = Error("EAI2123", "Folder is no class",
        "'{0}' has the folder '{1}', and '{2}' names no such class, but {3}. Add the class to the file in the place of the output, or take the folder away.");

    /// <summary>Folders that cannot be numbered.</summary>
    public static readonly DiagnosticDescriptor FoldersNotClasses = Warning("EAI2124", "Folders are not taken for classes",
        "'{0}' keeps its samples in {1} folders, and output '{2}' of the model has {3} classes: the folders are not taken for labels, and no accuracy is told. Set TestLabels to a text file with the names of the classes, one a line in the order of the output.");

    /// <summary>Samples that lie in no folder of a class.</summary>
    public static readonly DiagnosticDescriptor SampleBesideFolders = Warning("EAI2125", "Sample beside the folders of classes",
        "'{0}' lies beside {1} folders that could be classes, and belongs to none: the folders are not taken for labels, and no accuracy is told. Move it into the folder of its class, or take it away.");

    /// <summary>A file that names more or fewer classes than the output has.</summary>
    public static readonly DiagnosticDescriptor ClassNamesCount = Warning("EAI2126", "Names of classes do not fit the output",
        "'{0}' names {1} classes, and output '{2}' of the model has {3}: from the first name too many or missing, the labels belong to other classes. Give one line for each class, in the order of the output.");

    /// <summary>A recording that runs at another rate than the inputs.</summary>
    public static readonly DiagnosticDescriptor NoiseRate = Error("EAI2114", "Noise recorded at another rate",
        "'{0}', the Source of EdgeAINoise '{1}', runs at {2} Hz, and {3} at {4} Hz. Resample the recording to {4} Hz.");

    /// <summary>A recording that cannot disturb the inputs.</summary>
    public static readonly DiagnosticDescriptor NoiseRecording = Error("EAI2115", "Noise recording is not usable",
        "'{0}', the Source of EdgeAINoise '{1}', {2}. Give a .wav, or a .npy of the shape [samples] or [samples,channels] with as many channels as the input has.");

    /// <summary>A rate that nothing tells.</summary>
    public static readonly DiagnosticDescriptor NoiseRateUnknown = Note("EAI2116", "Rate of a noise recording not compared",
        "'{0}', the Source of EdgeAINoise '{1}', runs at {2} Hz, but the test data tell no rate to compare it with. Set SampleRateHz on the item to the rate of the model's input samples.");

    /// <summary>An accuracy in noise for a model without a signal.</summary>
    public static readonly DiagnosticDescriptor NoiseWithoutSignal = Warning("EAI2117", "No input can be disturbed",
        "The EdgeAINoise items do not touch model '{0}': its inputs ({1}) hold no samples of a signal. Restrict the items to other models with Models.");
}
