// SPDX-License-Identifier: Apache-2.0
// The session that most tests run, compiled once, in usual_session.cpp: it takes longer to compile than they do.
#pragma once

#include "unguard/core/chain.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/stream/pipeline.hpp"

namespace unguard {

using UsualCleaning = Chain<Priming, Bandpass>;

extern template class LiveFilter<UsualCleaning>;
extern template class SessionHeart<UsualCleaning>;
extern template class LivePipeline<UsualCleaning>;
extern template Result<LivePipeline<UsualCleaning>> try_start(const Pipeline<UsualCleaning>&, const StreamFormat&);

}  // namespace unguard
