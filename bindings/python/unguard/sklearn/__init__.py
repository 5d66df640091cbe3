"""Transformers for scikit-learn: chains over signals, features over windows, and a record cut into windows with labels.

>>> from unguard.sklearn import ChainTransformer, WindowFeatures, windows
>>> cut = windows(recording, labels, window=0.2, step=0.1)
>>> model = make_pipeline(WindowFeatures(["MAV", "WL"]), StandardScaler(), LinearDiscriminantAnalysis())
>>> cross_val_score(model, cut.X, cut.y, groups=cut.stretch, cv=StratifiedGroupKFold(2))

Needs scikit-learn: ``pip install 'unguard[sklearn]'``.
"""

from unguard.sklearn.signals import ChainTransformer, EnvelopeTransformer
from unguard.sklearn.window_features import WindowFeatures
from unguard.sklearn.windows import Windows, windows

__all__ = ["ChainTransformer", "EnvelopeTransformer", "WindowFeatures", "Windows", "windows"]
