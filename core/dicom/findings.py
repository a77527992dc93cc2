"""Every finding and refusal that a study can meet with, and its words: the one table of them.

``docs/what-can-be-opened.md`` is made from it.
"""

from enum import Enum

from core.domain import QualityFinding, Severity
from core.errors import StudyUnusableError

_INFO, _WARNING, _REFUSAL = Severity.INFO, Severity.WARNING, Severity.REFUSAL
_EXPORT_ORIGINAL = "Export the original series from the scanner or the archive."
_EXPORT_AGAIN = "Export the series again from the scanner or the archive."
_ORIGINAL_HU = "Check that this is a head CT with its original densities. " + _EXPORT_ORIGINAL
_CONVERT = "Convert the study again, or open its DICOM folder."
_UNPACK = "Unpack it yourself, check what it holds, and open the folder of the head CT."
_HEAD_CT = "Choose the folder of the baseline non-contrast head CT, with its axial slices."


class Finding(Enum):
    """Something that may be found in a study: code, severity, text and remedy.

    One code may come with several severities.  ``{names}`` in the text are filled in when told.
    """

    # The path, the folder, the archive
    NO_SUCH_PATH = (
        "no-such-path",
        _REFUSAL,
        "Found nothing at {name!r}, expected a folder, a NIfTI file or a zip archive.",
        "Check the path, that the drive is connected, and that you may read it.",
    )
    LOCKED = (
        "locked",
        _REFUSAL,
        "Found no image, but {count} file(s) or folder(s) that may not be read.",
        "Ask for permission to read them, or copy the study to a folder of your own.",
    )
    ARCHIVE_DAMAGED = (
        "archive-damaged",
        _REFUSAL,
        "The archive {name} is damaged or of an unknown kind.",
        "Export the study again, or unpack it yourself and open the folder.",
    )
    ARCHIVE_NOT_UNPACKED = (
        "archive-not-unpacked",
        _REFUSAL,
        "The archive {name} cannot be unpacked: {reason}.",
        "Free space on the disk of temporary files, or unpack it yourself and open the folder.",
    )
    ARCHIVE_TOO_LARGE = (
        "archive-too-large",
        _REFUSAL,
        "The archive holds {count} files of {unpacked_gb:.1f} GB in all, expected at most "
        "{most_files} files and {most_gb:.0f} GB.",
        _UNPACK,
    )
    ARCHIVE_BOMB = (
        "archive-bomb",
        _REFUSAL,
        "The archive unpacks to {unpacked_gb:.1f} GB, {ratio:.0f} times its size, expected at most "
        "{most} times, as images do: it may be made to fill the disk.",
        _UNPACK,
    )
    ARCHIVE_ENCRYPTED = (
        "archive-encrypted",
        _REFUSAL,
        "The archive is encrypted, expected one without a password.",
        "Unpack it with its password and open the folder.",
    )
    ARCHIVE_UNSAFE = (
        "archive-unsafe",
        _REFUSAL,
        "The archive holds a path that leads outside it, expected plain folders and files.",
        _UNPACK,
    )

    # Which series
    NO_IMAGE = (
        "no-image",
        _REFUSAL,
        "Found no DICOM or NIfTI image, expected a head CT.",
        _HEAD_CT,
    )
    NO_HEAD_CT = ("no-head-ct", _REFUSAL, "Found {inventory}, expected a head CT.", _HEAD_CT)
    SEVERAL_NIFTI = (
        "several-nifti",
        _REFUSAL,
        "Found {count} NIfTI volumes, expected one.",
        "Open the file of the baseline head CT itself.",
    )

    SEVERAL_PATIENTS = (
        "several-patients",
        _REFUSAL,
        "Found images of {count} patients ({inventory}), expected those of one.",
        "Open the folder of the right patient, or name the patient by this number (--patient "
        "NUMBER; `series` lists them).",
    )
    SEVERAL_STUDIES = (
        "several-studies",
        _WARNING,
        "The folder holds head CT of {count} studies; taken: {taken}; not taken: {others}.",
        "Check that this is the baseline; choose another series if it is not.",
    )
    SEVERAL_SERIES = (
        "several-series",
        _INFO,
        "{count} series could serve; taken: {taken}; not taken: {others}.",
        "Choose another one if it shows the head better.",
    )
    NOT_BASELINE = (
        "not-baseline",
        _WARNING,
        "The series that was named was acquired {later_h:.1f} h after the first head CT of the "
        "folder.",
        "Use the first head CT: expansion is foretold from the baseline.",
    )

    SLICES_LEFT_OUT = (
        "slices-left-out",
        _WARNING,
        "{used} of {count} files are used; left out, though they may belong to the scan: "
        "{reasons}.",
        "Check that no slice is missing, the first and the last above all. " + _EXPORT_AGAIN,
    )
    FILES_LEFT_OUT = (
        "files-left-out",
        _INFO,
        "{used} of {count} files are used; left out: {reasons}.",
        "Nothing to do, if the series shown is the right one.",
    )

    # Reading DICOM
    SINGLE_SLICE = (
        "single-slice",
        _REFUSAL,
        "Found a single slice, expected a stack of axial slices.",
        "Open the folder that holds the whole series.",
    )
    NO_POSITION = (
        "no-position",
        _REFUSAL,
        "The images do not say where they lie in the patient, expected CT slices "
        "with Image Position, Image Orientation and Pixel Spacing.",
        "Export the original axial series, not a capture or a rendering of it.",
    )
    VOXEL_SIZE = (
        "voxel-size",
        _REFUSAL,
        "A voxel is {size} mm large (rows, columns, slices), expected {least_mm} to {most_mm:.0f} "
        "mm: the header is wrong, or counts in another unit.",
        "Correct the voxel size, or export the original series from the scanner or the archive.",
    )
    NOT_GRAY = (
        "not-gray",
        _REFUSAL,
        "The file {name} has the shape {shape}, expected one gray slice.",
        "Export the original series as gray CT images.",
    )
    UNKNOWN_COMPRESSION = (
        "unknown-compression",
        _REFUSAL,
        "The pixels of {name} are compressed by {syntax}, which cannot be read here.",
        "Export the series again, uncompressed if the archive offers it.",
    )
    NOT_DECODED = (
        "not-decoded",
        _REFUSAL,
        "The pixels of {count} image(s) cannot be decoded, {name} the first: damaged, within the "
        "stack or at more than {most} slices of an end.",
        _EXPORT_AGAIN,
    )
    DAMAGED_END = (
        "damaged-end-slices",
        _WARNING,
        "{count} slice(s) at the end of the stack are damaged and left out; a hematoma beside them "
        "would be refused.",
        "Export the series again, and check that the whole hematoma is covered.",
    )
    HEMATOMA_BESIDE_DAMAGE = (
        "hematoma-beside-damage",
        _REFUSAL,
        "The hematoma reaches the slices at the end of the stack that are damaged, expected all "
        "of it.",
        _EXPORT_AGAIN,
    )
    NOT_PERPENDICULAR = (
        "not-perpendicular",
        _REFUSAL,
        "Rows and columns of the images are not at right angles, expected perpendicular axes.",
        _EXPORT_AGAIN,
    )
    NOT_AXIAL = (
        "not-axial",
        _REFUSAL,
        "No axis of the images is within 45 degrees of the patient's length, expected axial "
        "slices, or coronal or sagittal ones that can be put in axial order.",
        "Choose the axial series of the study.",
    )
    NOT_REFORMATTED = (
        "not-reformatted",
        _REFUSAL,
        "The slices are coronal or sagittal and {off_mm:.1f} mm off even steps, expected even "
        "steps to put them in axial order.",
        "Choose the axial series of the study, or export the complete series again.",
    )
    DAMAGED_NOT_AXIAL = (
        "damaged-not-axial",
        _REFUSAL,
        "{count} slice(s) at the side of the head are damaged, expected all of a coronal or "
        "sagittal series.",
        _EXPORT_AGAIN,
    )
    REFORMATTED = (
        "reformatted",
        _WARNING,
        "The slices are {plane}, {step_mm:.1f} mm apart; their voxels are shown and measured in "
        "axial order, nothing resampled. The networks were made with axial scans.",
        "Use the axial series if there is one; check the segmentation slice by slice.",
    )
    DUPLICATE_SLICES = (
        "duplicate-slices",
        _WARNING,
        "{count} image(s) lie where another one does; one image is used at each position.",
        "Check that the slices shown are those of one scan; export the series again if not.",
    )
    SLICE_ORDER = (
        "slice-order",
        _WARNING,
        "{count} slice(s) lie elsewhere than their Instance Number says, while all others lie in "
        "the order of theirs: positions may have been exchanged.",
        "Compare the slices with their neighbours. " + _EXPORT_AGAIN,
    )
    SERIES_OF_ONE_SLICE = (
        "series-of-one-slice",
        _WARNING,
        "Each of the {count} slices is a series of its own by its UID; they are taken as one, for "
        "they share study, frame of reference, matrix, plane, kernel and description.",
        "Check that the slices shown are those of one scan.",
    )
    RESCALE_MISSING = (
        "rescale-missing",
        _WARNING,
        "The headers do not say how stored values become HU (Rescale Slope and Intercept); air is "
        "at -1000, so they are read as HU.",
        _EXPORT_ORIGINAL,
    )
    RESCALE_MISSING_REFUSED = (
        "rescale-missing",
        _REFUSAL,
        "The headers do not say how stored values become HU (Rescale Slope and Intercept); air is "
        "not at -1000.",
        _EXPORT_ORIGINAL,
    )
    RESCALE_PARTLY_MISSING = (
        "rescale-missing",
        _REFUSAL,
        "{count} of {of} slices do not say how stored values become HU (Rescale Slope and "
        "Intercept), expected that of all.",
        _EXPORT_ORIGINAL,
    )
    RESCALE_DIFFERS = (
        "rescale-differs",
        _WARNING,
        "Rescale Slope or Intercept of {count} slice(s) is not that of the others; their densities "
        "may be wrong.",
        "Compare these slices with their neighbours. " + _EXPORT_AGAIN,
    )
    RESCALE_IMPLAUSIBLE = (
        "rescale-implausible",
        _REFUSAL,
        "The densities of {count} slice(s) do not go with those of their neighbours: Rescale Slope "
        "or Intercept makes the head {jump_hu:.0f} HU denser or less dense, expected a steady "
        "density.",
        _EXPORT_AGAIN,
    )
    BITS_DIFFER = (
        "bits-differ",
        _WARNING,
        "Bits Stored of {count} slice(s) is not that of the others; their densities may be wrong.",
        "Compare these slices with their neighbours. " + _EXPORT_AGAIN,
    )
    PADDING_IMPLAUSIBLE = (
        "padding-implausible",
        _WARNING,
        "Pixel Padding of {count} slice(s) covers densities of the head; it was not believed.",
        "Nothing to do, if the slices look whole.",
    )

    # Reading NIfTI
    NIFTI_UNREADABLE = (
        "nifti-unreadable",
        _REFUSAL,
        "The NIfTI file {name} cannot be read: it is damaged, is not NIfTI, or may not be opened.",
        _CONVERT,
    )
    NIFTI_NO_VOLUME = (
        "nifti-no-volume",
        _REFUSAL,
        "The NIfTI file {name} has the shape {shape}, expected 3 axes.",
        "Export the single head CT volume.",
    )
    NIFTI_TOO_LARGE = (
        "nifti-too-large",
        _REFUSAL,
        "The NIfTI file {name} claims {shape} voxels, expected at most {most}.",
        _CONVERT,
    )
    NIFTI_NO_NUMBERS = (
        "nifti-no-numbers",
        _REFUSAL,
        "The NIfTI file {name} holds no single number a voxel but colours or complex numbers, "
        "expected densities.",
        _CONVERT,
    )
    NIFTI_NO_SIZE = (
        "nifti-no-size",
        _REFUSAL,
        "The NIfTI file {name} states no voxel size, expected an affine with three axes.",
        _CONVERT,
    )
    NIFTI_ON_TRUST = (
        "nifti-on-trust",
        _WARNING,
        "A NIfTI file does not say how it was made: density (HU), spacing and left and right are "
        "taken on trust.{orientation}",
        "Compare the sides and the volume with the original study, or open its DICOM folder.",
    )

    NIFTI_SCALED = (
        "nifti-scaled",
        _WARNING,
        "The values of the NIfTI file are {slope:.6g} times what is stored, plus {intercept:.6g}; "
        "expected what is stored, or plus -1024 or -1000: densities may be wrong.",
        "Compare the densities of brain and air with the original study. " + _CONVERT,
    )
    NIFTI_DISAGREES = (
        "nifti-disagrees",
        _WARNING,
        "The NIfTI file states its geometry in several ways that lie up to {most_mm:.1f} mm apart "
        "(sform, qform, pixdim); {taken} is taken.",
        "Compare spacing, sides and volume with the original study. " + _CONVERT,
    )

    # How the slices follow one another
    MISSING_SLICES = (
        "missing-slices",
        _WARNING,
        "Slices are missing at {count} place(s); the widest gap leaves {widest_mm:.1f} mm unseen, "
        "expected none.",
        "Export the complete series again. The volume counts each gap to the slices beside it.",
    )
    MISSING_SLICES_REFUSED = (
        "missing-slices",
        _REFUSAL,
        "Slices are missing at {count} place(s); the widest gap leaves {widest_mm:.1f} mm unseen, "
        "expected none.",
        "Export the complete series again.",
    )
    UNEVEN_STEPS = (
        "uneven-steps",
        _INFO,
        "The distance between slices varies from {least_mm:.2f} to {most_mm:.2f} mm.",
        "Nothing to do: each slice counts with its own thickness.",
    )
    SHIFTED_SLICES = (
        "shifted-slices",
        _WARNING,
        "{count} slice(s) lie up to {most_mm:.1f} mm beside the line of their neighbours, expected "
        "a straight stack.",
        "Check that the slices shown fit together. " + _EXPORT_AGAIN,
    )
    GANTRY_TILT = (
        "gantry-tilt",
        _INFO,
        "The gantry was tilted by {tilt_deg:.1f} degrees.",
        "Nothing to do: distances are taken at right angles to the slices.",
    )
    THICK_SLICES = (
        "thick-slices",
        _WARNING,
        "Slices are {step_mm:.1f} mm apart, expected 2.5 to 5 mm.",
        "Read the volume with care: small hematomas are measured poorly.",
    )
    THIN_SLICES = (
        "thin-slices",
        _INFO,
        "Slices are {step_mm:.2f} mm apart; thin slices are noisier than the usual 5 mm.",
        "Use the 5 mm series of the study if there is one.",
    )
    LIMITED_COVERAGE = (
        "limited-coverage",
        _WARNING,
        "The slices cover {extent_mm:.0f} mm, expected at least 100 mm for a whole head.",
        "Check that the whole hematoma is covered.",
    )

    # What the header says
    CONTRAST_AGENT = (
        "contrast-agent",
        _WARNING,
        "The header names a contrast agent, expected a non-contrast CT.",
        "Use the series without contrast: contrast in vessels looks like blood.",
    )
    CONTRAST_AGENT_UNSEEN = (
        "contrast-agent",
        _WARNING,
        "The header names a contrast agent, yet no vessels inside the brain are denser than "
        "{limit_hu} HU: the header may be wrong, or the agent not there yet.",
        "Check that this is the series without contrast.",
    )
    CONTRAST_AGENT_REFUSED = (
        "contrast-agent",
        _REFUSAL,
        "{dense_ml:.1f} mL inside the brain, away from bone and over {height_mm:.0f} mm of height, "
        "are denser than {limit_hu} HU: vessels filled with contrast agent (or calcification "
        "beyond the usual); expected a non-contrast CT.",
        "Choose the series of the study without contrast: contrast looks like blood.",
    )
    BONE_KERNEL = (
        "bone-kernel",
        _WARNING,
        "The images were reconstructed with a sharp kernel, expected one for brain.",
        "Use the soft-tissue series: noise hides the border of the hematoma.",
    )
    BODY_PART_UNSTATED = (
        "body-part-unstated",
        _WARNING,
        "The header does not say which part of the body is shown, expected the head.",
        "Check that this is a head CT.",
    )

    UNDER_AGE_REFUSED = (
        "under-age",
        _REFUSAL,
        "The patient is younger than {least} years, expected an adult.",
        "Do not use the models for a child: they were made of adults. For research alone, "
        "`assess --child` insists; every output then says so.",
    )
    UNDER_AGE = (
        "under-age",
        _WARNING,
        "The patient is younger than {least} years; the models were made of adults, and nothing "
        "is known of how they do in children.",
        "Do not use these probabilities for this patient.",
    )

    # Densities
    IMPLAUSIBLE_MIDDLE = (
        "implausible-hu",
        _REFUSAL,
        "The middle of the volume has a median density of {middle_hu:.0f} HU, expected brain "
        "(0 to 80 HU).",
        _ORIGINAL_HU,
    )
    IMPLAUSIBLE_HIGHEST = (
        "implausible-hu",
        _REFUSAL,
        "The highest density is {highest_hu} HU, expected blood (50 to 100 HU) and bone (above "
        "1000 HU).",
        _ORIGINAL_HU,
    )
    NO_BRAIN = (
        "no-brain-seen",
        _REFUSAL,
        "Brain within a closed ring of bone is seen over {height_mm:.0f} mm of height, expected at "
        "least {least_mm:.0f} mm: this is no head CT, or its densities are not HU.",
        _ORIGINAL_HU,
    )
    LITTLE_BRAIN = (
        "little-brain-seen",
        _WARNING,
        "Brain within a closed ring of bone is seen over only {height_mm:.0f} mm of height: part "
        "of the head, or gaps in the bone.",
        "Check that the whole hematoma is covered, and the segmentation slice by slice.",
    )
    BRAIN_HU_REFUSED = (
        "unusual-brain-hu",
        _REFUSAL,
        "What lies within the skull has a median density of {tissue_hu:.0f} HU, expected brain, of "
        "{low_hu} to {high_hu} HU in other heads.",
        _ORIGINAL_HU,
    )
    UNUSUAL_BRAIN_HU = (
        "unusual-brain-hu",
        _WARNING,
        "What lies within the skull has a median density of {tissue_hu:.0f} HU, expected {low_hu} "
        "to {high_hu} HU: densities may be shifted, or the brain is unusual.",
        "Compare the densities of brain and fluid with the original study.",
    )
    HEAD_TURNED = (
        "head-turned",
        _WARNING,
        "{how}, expected a head that lies face up in the image, its vertex in the last slice.",
        "Check the sides and the orientation. " + _EXPORT_ORIGINAL,
    )
    WINDOW_LIMITED_HU = (
        "window-limited-hu",
        _WARNING,
        "Densities lie between {lowest_hu} and {highest_hu} HU, expected air at -1000 and bone "
        "above 1000 HU: a display window was applied, or these are not HU.",
        _EXPORT_ORIGINAL,
    )
    WINDOW_LIMITED_REFUSED = (
        "window-limited-hu",
        _REFUSAL,
        "Densities lie between {lowest_hu} and {highest_hu} HU, that of most tissue at "
        "{tissue_hu:.0f}; expected air at -1000, bone above 1000 and brain at about 30 HU. This is "
        "a picture through a display window (8 bits, for example), or these are not HU.",
        _EXPORT_ORIGINAL,
    )
    NO_AIR = (
        "no-air",
        _WARNING,
        "Less than 1 % of the volume is air (below -900 HU); the lowest density is {lowest_hu} HU, "
        "expected air at -1000 around the head.",
        "Check that densities are right. " + _EXPORT_ORIGINAL,
    )
    BLURRED_REFUSED = (
        "blurred",
        _REFUSAL,
        "The edge between air and skin is {width_mm:.1f} mm wide, expected at most {most_mm:.1f}: "
        "the images are too blurred to outline a hematoma or to judge its texture.",
        _EXPORT_ORIGINAL,
    )
    BLURRED = (
        "blurred",
        _WARNING,
        "The edge between air and skin is {width_mm:.1f} mm wide, expected at most {most_mm:.1f}: "
        "the images are blurred, and the image score and L5 follow texture.",
        "Choose a series with a standard kernel, not smoothed or resampled, if there is one.",
    )
    METAL = (
        "metal",
        _WARNING,
        "{metal_ml:.1f} mL are denser than {limit_hu} HU: metal, which throws streaks.",
        "Check the segmentation on slices with streaks.",
    )

    # How the networks see it
    UNLIKE_TRAINING_REFUSED = (
        "unlike-training",
        _REFUSAL,
        "To the classifier the slices are {times:.1f} times as unusual as those of 99 in 100 "
        "patients, expected at most {most} times: blurred, inverted or shifted densities, or no "
        "plain head CT.",
        _ORIGINAL_HU,
    )
    UNLIKE_TRAINING = (
        "unlike-training",
        _WARNING,
        "To the classifier the slices are {times:.1f} times as unusual as those of 99 in 100 "
        "patients: the networks may do worse on them than their card says.",
        "Check the segmentation slice by slice, and that densities and sharpness are right.",
    )
    LIKENESS_UNKNOWN = (
        "likeness-unknown",
        _INFO,
        "The model holds no statistics of its training slices: skull, and density and place of the "
        "brain were checked, not whether the slices look like those that the networks learned.",
        "Look through the slices: artefacts are not noticed by themselves, nor is blur where "
        "densities end in a window.",
    )

    # What was found
    NO_HEMATOMA = (
        "no-hematoma",
        _WARNING,
        "No hematoma was found; image and integrated risk are not given.",
        "Look through the slices: small, isodense or extra-axial blood can be missed.",
    )
    NO_HEMATOMA_IN_DOUBT = (
        "no-hematoma",
        _WARNING,
        "No hematoma was found, but the head could not be looked at as it should ({codes}): this "
        "does not mean that there is none. Image and integrated risk are not given.",
        "Read the slices yourself; see the other findings for what is unusual about them.",
    )

    # Where the segmented blood lies
    BLOOD_OUTSIDE_BRAIN = (
        "blood-outside-brain",
        _WARNING,
        "{share:.0%} of the segmented blood does not lie in the tissue of the brain but {places}. "
        "The models are for hematomas of the tissue: no probability of expansion is given.",
        "Look through the slices; if this is a hematoma of the brain, correct its outline.",
    )
    BLOOD_PARTLY_OUTSIDE_BRAIN = (
        "blood-partly-outside-brain",
        _WARNING,
        "{outside_ml:.1f} mL of the segmented blood do not lie in the tissue of the brain but "
        "{places}; volume and risk count them as hematoma.",
        "Look through the slices; erase from the outline what is no hematoma of the brain.",
    )
    OUTLINED_AGAINST_CLASSIFIER = (
        "outlined-against-classifier",
        _WARNING,
        "{denied_ml:.1f} mL are outlined in slices in which the other network sees no hematoma: "
        "one at a site of which its training has few, or something that only looks like one.",
        "Look at these slices (their probability is low in the part Slices); erase what is none.",
    )

    def __init__(self, code: str, severity: Severity, text: str, remedy: str) -> None:
        self.code = code
        self.severity = severity
        self.text = text
        self.remedy = remedy

    def told(self, **values: object) -> QualityFinding:
        """The finding with its text filled in."""
        return QualityFinding(self.code, self.severity, self.text.format(**values), self.remedy)

    def refusal(self, **values: object) -> StudyUnusableError:
        """The error to raise where the study cannot be read any further."""
        return StudyUnusableError(self.text.format(**values), self.remedy)
