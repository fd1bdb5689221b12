"""Speaks words with espeak-ng and turns them into the features the network sees.

A recording is one second at 22,050 Hz. Its features are the logarithms of the energies of 16 mel bands (100 Hz to
7 kHz) in 32 frames of 46 ms, one every 31 ms: an array [32, 16]. Voices are split before anything else: no voice of
the test recordings is heard in training.

Needs espeak-ng (Debian: espeak-ng). The audio is made here and is not stored in the repository.
"""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

SAMPLE_RATE = 22050
WINDOW, HOP, FRAMES, BANDS = 1024, 690, 32, 16
RECORDING = (FRAMES - 1) * HOP + WINDOW

LABELS = ("silence", "unknown", "on", "off", "up", "down", "stop", "go")
KEYWORDS = LABELS[2:]
OTHER_WORDS = ("yes", "no", "left", "right", "house", "tree", "seven", "water", "light", "open", "music", "river",
               "garden", "paper", "green", "happy", "window", "table", "pupil", "nation", "corn", "shop", "gold", "town")
# Words whose recordings appear in no training set: "unknown" has to mean any other word.
UNSEEN_WORDS = ("nine", "cup", "bird", "over", "stack", "sunny")

ACCENTS = ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-029", "en-us-nyc")
TRAIN_VOICES = ("m1", "m2", "m3", "m5", "m6", "m8", "f1", "f2", "f4", "Andy", "Annie", "Alex", "Mike", "Gene", "Lee",
                "linda", "john", "paul", "steph", "max", "grandma", "travis", "belinda", "edward", "rob", "shelby",
                "adam", "antonio", "aunty", "benjamin", "boris", "caleb", "Denis", "Diogo", "ed", "Henrique", "Hugo",
                "iven", "iven2", "Jacky", "marcelo", "Marco", "Mario", "michel", "miguel", "pablo", "pedro", "quincy",
                "robert", "anika", "norbert", "sandro")
VALIDATION_VOICES = ("m7", "Alicia", "david", "victor")
TEST_VOICES = ("m4", "f3", "f5", "Andrea", "Michael", "zac", "steph2", "grandpa")


@dataclass(frozen=True)
class Utterance:
    word: str
    voice: str
    speed: int
    pitch: int


def speak(utterance):
    """The utterance's samples in -1..1, without the silence around it."""
    wave = subprocess.run(
        ["espeak-ng", "-v", utterance.voice, "-s", str(utterance.speed), "-p", str(utterance.pitch), "--stdout",
         utterance.word], check=True, capture_output=True).stdout
    samples = np.frombuffer(wave, "<i2", offset=44).astype(np.float32) / 32768.0
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return samples[loud[0]:loud[-1] + 1]


def mel_filters():
    """[BANDS, WINDOW / 2 + 1] triangles, evenly spaced on the mel scale."""
    edges = np.linspace(*(2595.0 * np.log10(1.0 + f / 700.0) for f in (100.0, 7000.0)), BANDS + 2)
    hertz = 700.0 * (10.0 ** (edges / 2595.0) - 1.0)
    bins = np.fft.rfftfreq(WINDOW, 1.0 / SAMPLE_RATE)
    rising = (bins - hertz[:-2, None]) / (hertz[1:-1] - hertz[:-2])[:, None]
    falling = (hertz[2:, None] - bins) / (hertz[2:] - hertz[1:-1])[:, None]
    return np.clip(np.minimum(rising, falling), 0.0, None)


MEL_FILTERS = mel_filters()
HANN = np.hanning(WINDOW)


def features(recording):
    """[FRAMES, BANDS] natural logarithms of band energies, float32."""
    frames = np.lib.stride_tricks.sliding_window_view(recording, WINDOW)[::HOP] * HANN
    power = np.abs(np.fft.rfft(frames)) ** 2
    return np.log(power @ MEL_FILTERS.T + 1e-3).astype(np.float32)


def noise(random):
    """RECORDING samples of unit power, its spectrum between white and brown, at times with a hum."""
    spectrum = np.fft.rfft(random.standard_normal(RECORDING))
    frequency = np.maximum(np.fft.rfftfreq(RECORDING, 1.0 / SAMPLE_RATE), 30.0)
    result = np.fft.irfft(spectrum / frequency ** random.uniform(0.0, 1.0), RECORDING)
    result /= result.std()
    if random.random() < 0.3:
        phase = 2.0 * np.pi * random.uniform(80.0, 400.0) * np.arange(RECORDING) / SAMPLE_RATE
        result += random.uniform(0.3, 1.0) * np.sin(phase)
    return result / result.std()


def record(speech, random):
    """Speech (or None for silence) at a random place, loudness and signal-to-noise ratio of 8 to 35 dB."""
    loudness = 10.0 ** random.uniform(-1.6, -0.8)
    result = noise(random) * loudness * 10.0 ** (-random.uniform(8.0, 35.0) / 20.0)
    if speech is not None:
        speech = speech[:RECORDING]
        start = random.integers(0, RECORDING - len(speech) + 1)
        result[start:start + len(speech)] += speech * loudness / speech.std()
    return features(result)


def utterances(voices, words, count, random):
    """`count` utterances of each word by random voices in random accents, speeds and pitches."""
    return [Utterance(word, f"{random.choice(ACCENTS)}+{random.choice(voices)}", int(random.integers(120, 200)),
                      int(random.integers(30, 70))) for word in words for _ in range(count)]


def recordings(voices, other_words, per_keyword, per_other_word, takes, seed):
    """Features [n, FRAMES, BANDS] and labels [n]; each utterance is recorded `takes` times, silence as often as a word."""
    random = np.random.default_rng(seed)
    spoken = utterances(voices, KEYWORDS, per_keyword, random) + utterances(voices, other_words, per_other_word, random)
    with ThreadPoolExecutor() as pool:
        speech = list(pool.map(speak, spoken))
    labels = [LABELS.index(u.word) if u.word in KEYWORDS else 1 for u in spoken] + [0] * per_keyword
    speech += [None] * per_keyword
    images = [record(s, random) for s in speech for _ in range(takes)]
    return np.stack(images), np.repeat(np.array(labels, np.int32), takes)
