"""What the transformers take from scikit-learn; MissingExtra, with one sentence, where it is not installed."""

from __future__ import annotations

from typing import Any

from unguard.extras import module

_base = module("sklearn.base", "scikit-learn", "sklearn")
_validation = module("sklearn.utils.validation", "scikit-learn", "sklearn")

BaseEstimator: Any = _base.BaseEstimator
OneToOneFeatureMixin: Any = _base.OneToOneFeatureMixin
TransformerMixin: Any = _base.TransformerMixin
check_is_fitted: Any = _validation.check_is_fitted
validate_data: Any = _validation.validate_data
